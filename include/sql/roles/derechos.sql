-- What each role may do in the warehouse. Repeated at every migration, so it says everything again.

REVOKE ALL ON SCHEMA control, nucleo, analisis FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA control, nucleo, analisis FROM PUBLIC,
    movilidad_ingesta, movilidad_estadistica, movilidad_publicacion, movilidad_vigilancia, movilidad_consulta,
    movilidad_analisis;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA control FROM PUBLIC;
GRANT USAGE ON SCHEMA control TO
    movilidad_ingesta, movilidad_estadistica, movilidad_publicacion, movilidad_vigilancia, movilidad_consulta;

-- extracts, reviews and loads: adds records and never changes or removes one; sees no cell and no decision
GRANT USAGE ON SCHEMA nucleo TO movilidad_ingesta;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA nucleo TO movilidad_ingesta;
GRANT SELECT, INSERT ON
    control.instantaneas, control.extracciones, control.veredictos, control.cargas, control.vigencias,
    control.examenes
    TO movilidad_ingesta;
-- writes what is set apart, and reads which rows that were: never a key
GRANT INSERT, SELECT (snapshot_id, reglas_sha256, conjunto, fila) ON control.cuarentena TO movilidad_ingesta;
GRANT SELECT, INSERT, UPDATE ON control.hallazgos TO movilidad_ingesta;
GRANT SELECT, INSERT, DELETE ON control.posibles_duplicados TO movilidad_ingesta;
GRANT SELECT ON control.excepciones, control.historia_calidad TO movilidad_ingesta;
-- adds by which root the pseudonyms are made, once
GRANT SELECT, INSERT ON control.sellos TO movilidad_ingesta;

-- counts, protects, audits, verifies: reads, and writes nothing; of quarantine and possible duplicates not a key
GRANT USAGE ON SCHEMA nucleo TO movilidad_estadistica;
GRANT SELECT ON ALL TABLES IN SCHEMA nucleo TO movilidad_estadistica;
GRANT SELECT ON
    control.instantaneas, control.extracciones, control.veredictos, control.cargas, control.vigencias,
    control.examenes, control.hallazgos, control.excepciones, control.historia_calidad,
    control.publicaciones, control.celdas, control.explicaciones, control.anuncios, control.retiros,
    control.entregas, control.decisiones_publicacion, control.evidencias_plataforma
    TO movilidad_estadistica;

-- decides, drafts, keeps the ledger, makes public, delivers, withdraws: no record of a person
GRANT SELECT, INSERT, UPDATE, DELETE ON control.publicaciones TO movilidad_publicacion;
GRANT SELECT, INSERT, DELETE ON control.celdas TO movilidad_publicacion;
GRANT SELECT, INSERT ON control.retiros, control.decisiones_publicacion TO movilidad_publicacion;
GRANT SELECT, INSERT, UPDATE ON
    control.explicaciones, control.anuncios, control.entregas, control.excepciones
    TO movilidad_publicacion;
GRANT SELECT ON
    control.instantaneas, control.extracciones, control.veredictos, control.cargas, control.vigencias,
    control.examenes, control.hallazgos, control.evidencias_plataforma
    TO movilidad_publicacion;

-- measures the platforms, tells people: of records only how long applications have waited, and how many are apart
GRANT SELECT, INSERT, UPDATE, DELETE ON control.incidentes, control.avisos TO movilidad_vigilancia;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    control.chequeos_plataforma, control.medidas_plataforma, control.incidentes_plataforma
    TO movilidad_vigilancia;
GRANT SELECT, INSERT ON control.evidencias_plataforma TO movilidad_vigilancia;
GRANT SELECT ON
    control.instantaneas, control.extracciones, control.veredictos, control.cargas, control.vigencias,
    control.examenes, control.hallazgos, control.excepciones, control.publicaciones, control.explicaciones,
    control.anuncios, control.retiros, control.entregas, control.decisiones_publicacion
    TO movilidad_vigilancia;
GRANT SELECT (snapshot_id, reglas_sha256, conjunto, fila, campo, regla, motivo)
    ON control.cuarentena TO movilidad_vigilancia;
GRANT USAGE ON SCHEMA nucleo TO movilidad_vigilancia;
GRANT SELECT (carga_id, fecha, etapa) ON nucleo.solicitudes TO movilidad_vigilancia;
GRANT SELECT (carga_id, fecha_solicitud, fecha_resolucion) ON nucleo.reclutadores TO movilidad_vigilancia;

-- the desk and the terminal's lists: how everything stands; record keys in quarantine only through a function that
-- notes who asked; no true value of a cell
GRANT SELECT ON
    control.instantaneas, control.extracciones, control.veredictos, control.cargas, control.vigencias,
    control.examenes, control.hallazgos, control.excepciones, control.historia_calidad, control.publicaciones,
    control.explicaciones, control.anuncios, control.retiros, control.entregas, control.decisiones_publicacion,
    control.incidentes, control.avisos, control.chequeos_plataforma, control.medidas_plataforma,
    control.incidentes_plataforma, control.evidencias_plataforma, control.bitacora,
    control.sellos
    TO movilidad_consulta;
GRANT SELECT (snapshot_id, reglas_sha256, conjunto, fila, campo, regla, motivo)
    ON control.cuarentena TO movilidad_consulta;
GRANT EXECUTE ON FUNCTION control.leer_cuarentena(text, text, text) TO movilidad_consulta;
GRANT SELECT ON migraciones TO movilidad_consulta;

-- analysts of the office: what the public has, as tables
GRANT USAGE ON SCHEMA analisis TO movilidad_analisis;
GRANT SELECT ON ALL TABLES IN SCHEMA analisis TO movilidad_analisis;
