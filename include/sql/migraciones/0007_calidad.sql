-- The memory of the quality control. Counts and record keys only, never a value.

-- every extraction that gave a snapshot: when each month came, and how its columns differed from the contract
CREATE TABLE control.extracciones (
    orden bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fuente text NOT NULL,
    periodo text NOT NULL,
    snapshot_id text NOT NULL REFERENCES control.instantaneas,
    momento timestamptz NOT NULL,
    notas jsonb NOT NULL,
    columnas_nuevas jsonb NOT NULL,
    columnas_faltantes jsonb NOT NULL
);
CREATE INDEX ON control.extracciones (fuente, periodo, orden);

-- what a suite found: of a source (objeto is the snapshot), of the core or of the tables (then fuente says which,
-- and objeto names the loads or the candidate)
CREATE TABLE control.examenes (
    orden bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fuente text NOT NULL,
    periodo text NOT NULL,
    objeto text NOT NULL,
    reglas_sha256 text NOT NULL,
    aprobado boolean NOT NULL,
    resultados jsonb NOT NULL,
    examinado timestamptz NOT NULL,
    UNIQUE (fuente, periodo, objeto, reglas_sha256)
);

-- loads made before this table existed: their verdicts are kept
INSERT INTO control.examenes (fuente, periodo, objeto, reglas_sha256, aprobado, resultados, examinado)
SELECT v.fuente, v.periodo, c.snapshot_id, c.reglas_sha256, d.aprobada, d.resultados, min(d.evaluada)
FROM control.vigencias v
JOIN control.cargas c USING (carga_id)
JOIN control.veredictos d USING (snapshot_id, reglas_sha256)
GROUP BY v.fuente, v.periodo, c.snapshot_id, c.reglas_sha256, d.aprobada, d.resultados
ORDER BY v.periodo, min(v.orden);

INSERT INTO control.extracciones
    (fuente, periodo, snapshot_id, momento, notas, columnas_nuevas, columnas_faltantes)
SELECT v.fuente, v.periodo, c.snapshot_id, min(v.desde), '[]', '{}', '{}'
FROM control.vigencias v
JOIN control.cargas c USING (carga_id)
GROUP BY v.fuente, v.periodo, c.snapshot_id
ORDER BY v.periodo, min(v.orden);

CREATE VIEW control.historia_calidad AS
SELECT e.orden, e.fuente, e.periodo, e.objeto, e.examinado, e.aprobado, d.key AS conjunto,
       r.regla ->> 'columna' AS columna, r.regla ->> 'regla' AS regla, r.regla ->> 'gravedad' AS gravedad,
       (r.regla ->> 'cumple')::boolean AS cumple, (d.value ->> 'filas')::integer AS filas,
       (r.regla ->> 'filas')::integer AS fallas, coalesce((r.regla ->> 'aceptadas')::integer, 0) AS aceptadas,
       round((r.regla ->> 'filas')::numeric / nullif((d.value ->> 'filas')::numeric, 0), 4) AS parte
FROM control.examenes e
CROSS JOIN LATERAL jsonb_each(e.resultados) d
CROSS JOIN LATERAL jsonb_array_elements(d.value -> 'reglas') r (regla);

-- what somebody has to know of a period; resuelto: a later look did not find it any more
CREATE TABLE control.hallazgos (
    hallazgo_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fuente text NOT NULL,
    periodo text NOT NULL,
    asunto text NOT NULL,
    gravedad text NOT NULL CHECK (gravedad IN ('info', 'warning', 'critical')),
    que text NOT NULL,
    cuanto text NOT NULL,
    que_hacer text NOT NULL,
    antes_despues jsonb NOT NULL,
    claves jsonb NOT NULL,
    encontrado timestamptz NOT NULL,
    resuelto timestamptz
);
CREATE UNIQUE INDEX ON control.hallazgos (fuente, periodo, asunto) WHERE resuelto IS NULL;

-- accepted exceptions: decisions with an author, a reason and an end; clave: of one record only
CREATE TABLE control.excepciones (
    excepcion_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fuente text NOT NULL,
    asunto text NOT NULL,
    periodo text,
    clave text,
    motivo text NOT NULL CHECK (motivo <> ''),
    autor text NOT NULL CHECK (autor <> ''),
    vence date NOT NULL,
    registrada timestamptz NOT NULL,
    retirada timestamptz,
    retirada_por text
);
CREATE INDEX ON control.excepciones (fuente);

-- departures of two platforms that may be one: by record key, for somebody to look at
CREATE TABLE control.posibles_duplicados (
    periodo text NOT NULL,
    fuente_a text NOT NULL,
    clave_a text NOT NULL,
    fuente_b text NOT NULL,
    clave_b text NOT NULL,
    dias integer NOT NULL,
    PRIMARY KEY (periodo, fuente_a, clave_a, fuente_b, clave_b)
);
