-- What each part of the program may do in the warehouse. Repeated at every migration; says everything again.
-- Roles nobody logs in with: a login is a member of some of them, and every step of the program takes its own.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ingesta', 'estadistica', 'publicacion', 'vigilancia', 'consulta', 'analisis'] LOOP
        BEGIN
            EXECUTE 'CREATE ROLE ' || quote_ident('movilidad_' || name) || ' NOLOGIN';
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- roles are the server's, not the database's: another database has made it
        END;
    END LOOP;
END
$$;

REVOKE ALL ON SCHEMA public, control, nucleo FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public, control, nucleo FROM PUBLIC,
    movilidad_ingesta, movilidad_estadistica, movilidad_publicacion, movilidad_vigilancia, movilidad_consulta,
    movilidad_analisis;
GRANT USAGE ON SCHEMA control TO
    movilidad_ingesta, movilidad_estadistica, movilidad_publicacion, movilidad_vigilancia, movilidad_consulta,
    movilidad_analisis;
GRANT USAGE ON SCHEMA nucleo TO movilidad_ingesta, movilidad_estadistica, movilidad_analisis;

-- extracts, reviews and loads: adds records, never changes or removes one; sees no cell of a table
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA nucleo TO movilidad_ingesta;
GRANT SELECT, INSERT ON
    control.instantaneas, control.extracciones, control.veredictos, control.cuarentena, control.cargas,
    control.vigencias, control.examenes
    TO movilidad_ingesta;
GRANT SELECT, INSERT, UPDATE ON control.hallazgos, control.excepciones TO movilidad_ingesta;
GRANT SELECT, INSERT, DELETE ON control.posibles_duplicados TO movilidad_ingesta;
GRANT SELECT ON control.publicaciones, control.historia_calidad TO movilidad_ingesta;

-- counts, protects, drafts and audits: reads the core, writes drafts and the ledger of cells; no quarantine
GRANT SELECT ON ALL TABLES IN SCHEMA nucleo TO movilidad_estadistica;
GRANT SELECT ON
    control.instantaneas, control.extracciones, control.veredictos, control.cargas, control.vigencias,
    control.examenes, control.excepciones, control.posibles_duplicados, control.explicaciones, control.anuncios,
    control.retiros, control.decisiones_publicacion, control.historia_calidad,
    control.chequeos_plataforma, control.medidas_plataforma, control.incidentes_plataforma
    TO movilidad_estadistica;
GRANT SELECT, INSERT, UPDATE, DELETE ON control.publicaciones, control.celdas TO movilidad_estadistica;
GRANT SELECT, INSERT ON control.evidencias_plataforma TO movilidad_estadistica;
GRANT SELECT, INSERT, UPDATE ON control.hallazgos TO movilidad_estadistica;

-- decides, publishes, delivers, withdraws: no record of a person, no quarantine, no ledger of cells
GRANT SELECT, INSERT, UPDATE, DELETE ON control.publicaciones TO movilidad_publicacion;
GRANT SELECT, INSERT ON control.retiros, control.decisiones_publicacion TO movilidad_publicacion;
GRANT SELECT, INSERT, UPDATE ON control.explicaciones, control.anuncios, control.entregas TO movilidad_publicacion;
GRANT SELECT ON
    control.hallazgos, control.excepciones, control.examenes, control.veredictos, control.cargas,
    control.vigencias, control.instantaneas, control.extracciones
    TO movilidad_publicacion;

-- alerts and measurements of the platforms
GRANT SELECT, INSERT, UPDATE, DELETE ON control.incidentes, control.avisos TO movilidad_vigilancia;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    control.chequeos_plataforma, control.medidas_plataforma, control.incidentes_plataforma,
    control.evidencias_plataforma
    TO movilidad_vigilancia;
GRANT SELECT ON
    control.publicaciones, control.anuncios, control.retiros, control.entregas, control.decisiones_publicacion,
    control.instantaneas, control.extracciones, control.veredictos, control.cargas, control.vigencias,
    control.examenes, control.hallazgos, control.excepciones
    TO movilidad_vigilancia;

-- how long applications and requests of recruiters have waited
GRANT USAGE ON SCHEMA nucleo TO movilidad_vigilancia;
GRANT SELECT ON nucleo.solicitudes, nucleo.reclutadores, control.cuarentena TO movilidad_vigilancia;

-- the release desk and the terminal's lists: reads how everything stands, of records only their keys
GRANT SELECT ON ALL TABLES IN SCHEMA control TO movilidad_consulta;
REVOKE SELECT ON control.celdas FROM movilidad_consulta;

-- the office's analysts: the pseudonymous core and the quality history, for reading
GRANT SELECT ON ALL TABLES IN SCHEMA nucleo TO movilidad_analisis;
GRANT SELECT ON control.historia_calidad, control.cargas, control.vigencias TO movilidad_analisis;
