-- What the four-month accountability report tells besides the monthly ones: actions per milestone of the
-- commitment, training, complaints, physical goals of the budget. None of them holds a person: training comes as
-- numbers per course, a complaint without its complainant.

CREATE TABLE nucleo.acciones (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    accion_id text NOT NULL,
    hito text NOT NULL,
    accion text NOT NULL,
    unidad_responsable text,
    fecha_inicio date NOT NULL,
    fecha_fin date,
    estado text NOT NULL,
    cantidad numeric,
    unidad text NOT NULL,
    evidencia text,
    PRIMARY KEY (carga_id, accion_id)
);

CREATE TABLE nucleo.capacitaciones (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    capacitacion_id text NOT NULL,
    curso text NOT NULL,
    modalidad text NOT NULL,
    municipio_curso text NOT NULL,
    departamento_curso text NOT NULL,
    fecha_inicio date,
    fecha_fin date NOT NULL,
    inscritos_hombres integer NOT NULL,
    inscritas_mujeres integer NOT NULL,
    certificados_hombres integer NOT NULL,
    certificadas_mujeres integer NOT NULL,
    PRIMARY KEY (carga_id, capacitacion_id)
);

CREATE TABLE nucleo.denuncias (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    denuncia_id text NOT NULL,
    fecha_recepcion date NOT NULL,
    canal text NOT NULL,
    clase text NOT NULL,
    pais text NOT NULL,
    estado text NOT NULL,
    fecha_estado date NOT NULL,
    PRIMARY KEY (carga_id, denuncia_id)
);

CREATE TABLE nucleo.metas_fisicas (
    carga_id text NOT NULL REFERENCES control.cargas ON DELETE CASCADE,
    snapshot_id text NOT NULL,
    meta_id text NOT NULL,
    periodo text NOT NULL,
    producto text NOT NULL,
    unidad text NOT NULL,
    meta numeric NOT NULL,
    ejecutado numeric NOT NULL,
    PRIMARY KEY (carga_id, meta_id)
);
