-- The evaluations of the platforms are releases like the others (control.publicaciones, control.celdas). What they
-- are made of is kept under the hash of its content, so that they can be made again.

CREATE TABLE control.evidencias_plataforma (
    evidencia_id text PRIMARY KEY,
    fuente text NOT NULL,
    periodo text NOT NULL,
    contenido jsonb NOT NULL,
    reunida timestamptz NOT NULL
);

DROP TABLE control.oportunidades_plataforma;
DROP TABLE control.informes_plataformas;
