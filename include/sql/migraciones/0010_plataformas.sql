-- How the platforms do: whether they answer, how fast, what they give. Counts and moments only, never a value.

-- one look at a source; a series that is added to and never changed
CREATE TABLE control.chequeos_plataforma (
    fuente text NOT NULL,
    momento timestamptz NOT NULL,
    responde boolean NOT NULL,
    correcta boolean NOT NULL,
    latencia_ms integer CHECK (latencia_ms >= 0),
    atraso_meses integer,
    columnas_faltantes integer NOT NULL,
    columnas_nuevas integer NOT NULL,
    motivo text NOT NULL,
    demostracion boolean NOT NULL,
    PRIMARY KEY (fuente, momento),
    CHECK (responde OR NOT correcta)
);

-- the day's account of a source: so many (parte) of so many (total)
CREATE TABLE control.medidas_plataforma (
    fuente text NOT NULL,
    dia date NOT NULL,
    medida text NOT NULL,
    objeto text NOT NULL,
    parte bigint NOT NULL CHECK (parte >= 0),
    total bigint NOT NULL,
    PRIMARY KEY (fuente, dia, medida, objeto)
);

-- when a platform was not as it should be; hasta is empty while it lasts, and there is one at a time
CREATE TABLE control.incidentes_plataforma (
    fuente text NOT NULL,
    desde timestamptz NOT NULL,
    hasta timestamptz,
    clase text NOT NULL CHECK (clase IN ('caida', 'forma', 'lenta')),
    chequeos integer NOT NULL,
    motivo text NOT NULL,
    PRIMARY KEY (fuente, desde),
    CHECK (hasta > desde)
);
CREATE UNIQUE INDEX ON control.incidentes_plataforma (fuente) WHERE hasta IS NULL;

-- what each monthly evaluation proposed, so that the next one can say what became of it
CREATE TABLE control.oportunidades_plataforma (
    informe_id text NOT NULL,
    fuente text NOT NULL,
    periodo text NOT NULL,
    lugar integer NOT NULL,
    clave text NOT NULL,
    que text NOT NULL,
    unidad text NOT NULL,
    parte bigint NOT NULL,
    total bigint NOT NULL,
    PRIMARY KEY (informe_id, fuente, clave)
);

-- the register of the evaluations; they count no persons and have no part in the ledger of cells
CREATE TABLE control.informes_plataformas (
    informe_id text PRIMARY KEY,
    periodo text NOT NULL,
    revision integer NOT NULL,
    huella text NOT NULL,
    demostracion boolean NOT NULL,
    publicado timestamptz NOT NULL,
    UNIQUE (periodo, revision)
);
