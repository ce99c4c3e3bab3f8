-- Registrations of the job bank: a person may have several, and may never apply to the programme. What the
-- person declares of herself there may be missing, so the coded columns may be NULL; the interest may not.
CREATE TABLE nucleo.inscripciones (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    inscripcion_id text NOT NULL,
    persona_id text NOT NULL,
    fecha timestamptz NOT NULL,
    interes boolean NOT NULL,
    carrera text,
    ocupacion text,
    experiencia text,
    idiomas text,
    PRIMARY KEY (carga_id, inscripcion_id)
);
