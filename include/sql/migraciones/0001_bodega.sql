-- The warehouse: what was extracted and judged (control), the clean pseudonymous tables (nucleo).
-- Core rows are never changed: a snapshot's rows are loaded once and found by snapshot_id. Which snapshot counts
-- for a source and period is the newest row of control.vigencias. So every past release can be computed again.

CREATE SCHEMA control;
CREATE SCHEMA nucleo;

CREATE TABLE control.instantaneas (
    snapshot_id text PRIMARY KEY,
    fuente text NOT NULL,
    contrato_sha256 text NOT NULL,
    filas jsonb NOT NULL,
    demostracion boolean NOT NULL,
    extraida timestamptz NOT NULL
);

CREATE TABLE control.veredictos (
    snapshot_id text NOT NULL REFERENCES control.instantaneas,
    reglas_sha256 text NOT NULL,
    aprobada boolean NOT NULL,
    gravedad text,
    en_cuarentena integer NOT NULL,
    motivo text NOT NULL,
    resultados jsonb NOT NULL,
    evaluada timestamptz NOT NULL,
    PRIMARY KEY (snapshot_id, reglas_sha256)
);

-- the steward's list: record keys and reasons, never values
CREATE TABLE control.cuarentena (
    snapshot_id text NOT NULL REFERENCES control.instantaneas,
    reglas_sha256 text NOT NULL,
    conjunto text NOT NULL,
    fila integer NOT NULL,
    clave text NOT NULL,
    campo text NOT NULL,
    regla text NOT NULL,
    motivo text NOT NULL,
    FOREIGN KEY (snapshot_id, reglas_sha256) REFERENCES control.veredictos
);
CREATE INDEX ON control.cuarentena (snapshot_id, reglas_sha256);

CREATE TABLE control.cargas (
    carga_id text PRIMARY KEY,
    snapshot_id text NOT NULL REFERENCES control.instantaneas,
    reglas_sha256 text NOT NULL,
    filas jsonb NOT NULL,
    cargada timestamptz NOT NULL
);

CREATE TABLE control.vigencias (
    orden bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fuente text NOT NULL,
    periodo text NOT NULL,
    carga_id text NOT NULL REFERENCES control.cargas,
    desde timestamptz NOT NULL
);
CREATE INDEX ON control.vigencias (fuente, periodo, orden);

CREATE TABLE nucleo.personas (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    persona_id text NOT NULL,
    sexo text NOT NULL,
    fecha_nacimiento date,
    pueblo text NOT NULL,
    comunidad_linguistica text NOT NULL,
    nivel_educativo text NOT NULL,
    municipio_origen text NOT NULL,
    departamento_origen text NOT NULL,
    PRIMARY KEY (carga_id, persona_id)
);

CREATE TABLE nucleo.solicitudes (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    solicitud_id text NOT NULL,
    persona_id text NOT NULL,
    fecha timestamptz NOT NULL,
    canal_registro text NOT NULL,
    pais_interes text NOT NULL,
    ocupacion text NOT NULL,
    etapa text NOT NULL,
    fecha_etapa timestamptz,
    PRIMARY KEY (carga_id, solicitud_id)
);

CREATE TABLE nucleo.empleadores (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    empleador_id text NOT NULL,
    pais text NOT NULL,
    subdivision text NOT NULL,
    sector text NOT NULL,
    PRIMARY KEY (carga_id, empleador_id)
);

CREATE TABLE nucleo.colocaciones (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    colocacion_id text NOT NULL,
    contrato_id text,
    persona_id text NOT NULL,
    empleador_id text,
    reclutador_id text,
    canal text NOT NULL,
    pais text NOT NULL,
    subdivision text NOT NULL,
    tipo_visa text NOT NULL,
    ocupacion text NOT NULL,
    sector text NOT NULL,
    fecha_inicio date,
    fecha_fin date,
    fecha_salida date NOT NULL,
    fecha_retorno date,
    recontratado boolean,
    salario numeric,
    salario_estado text NOT NULL,
    moneda text NOT NULL,
    periodo_pago text NOT NULL,
    horas_semana numeric,
    PRIMARY KEY (carga_id, colocacion_id)
);

CREATE TABLE nucleo.reclutadores (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    reclutador_id text NOT NULL,
    nombre text NOT NULL,
    nit text,
    autorizacion text,
    fecha_solicitud date,
    fecha_resolucion date,
    vigente_desde date,
    vigente_hasta date,
    paises text,
    PRIMARY KEY (carga_id, reclutador_id)
);

CREATE TABLE nucleo.cifras_espejo (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    pais text NOT NULL,
    medida text NOT NULL,
    categoria text NOT NULL,
    periodo text NOT NULL,
    valor integer,
    unidad text NOT NULL,
    PRIMARY KEY (carga_id, pais, medida, categoria, periodo)
);

CREATE TABLE nucleo.tipos_cambio (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    periodo text NOT NULL,
    moneda text NOT NULL,
    unidades_por_usd numeric NOT NULL,
    PRIMARY KEY (carga_id, periodo, moneda)
);

CREATE TABLE nucleo.tipos_cambio_diarios (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    fecha date NOT NULL,
    moneda text NOT NULL,
    compra numeric NOT NULL,
    venta numeric NOT NULL,
    PRIMARY KEY (carga_id, fecha, moneda)
);

CREATE TABLE nucleo.referencias_salariales (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    fila integer NOT NULL,
    pais text NOT NULL,
    tipo_visa text NOT NULL,
    tipo_fila text,
    estado_caso text,
    ocupacion text NOT NULL,
    sector text NOT NULL,
    trabajadores integer,
    salario numeric,
    salario_estado text NOT NULL,
    moneda text NOT NULL,
    periodo_pago text NOT NULL,
    horas_semana numeric,
    fecha_inicio date,
    fecha_fin date,
    PRIMARY KEY (carga_id, fila)
);

CREATE TABLE nucleo.ejecucion_presupuestaria (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    documento text NOT NULL,
    periodo text NOT NULL,
    renglon text NOT NULL,
    descripcion text NOT NULL,
    asignado numeric NOT NULL,
    vigente numeric NOT NULL,
    devengado numeric NOT NULL,
    pagado numeric NOT NULL,
    PRIMARY KEY (carga_id, documento, renglon)
);

-- releases and the ledger of cells
CREATE TABLE control.publicaciones (
    publicacion_id text PRIMARY KEY,
    serie text NOT NULL,
    periodo text NOT NULL,
    revision integer NOT NULL,
    estado text NOT NULL CHECK (estado IN ('borrador', 'publicada', 'retirada')),
    entradas_sha256 text NOT NULL,
    huella text NOT NULL,
    fecha_publicacion date NOT NULL,
    demostracion boolean NOT NULL,
    publicada timestamptz,
    UNIQUE (serie, periodo, revision)
);

CREATE TABLE control.celdas (
    publicacion_id text NOT NULL REFERENCES control.publicaciones ON DELETE CASCADE,
    cuadro text NOT NULL,
    indicador text NOT NULL,
    celda jsonb NOT NULL,
    valor_real numeric NOT NULL,
    estado text NOT NULL CHECK (estado IN ('publicada', 'primaria', 'secundaria')),
    regla text
);
CREATE INDEX ON control.celdas (publicacion_id);
