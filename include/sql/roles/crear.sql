-- The roles that are not there yet. Nobody logs in with them: whoever migrates is made a member of each.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[
        'movilidad_ingesta', 'movilidad_estadistica', 'movilidad_publicacion', 'movilidad_vigilancia',
        'movilidad_consulta', 'movilidad_analisis'
    ] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted);
        BEGIN
            EXECUTE 'CREATE ROLE ' || quote_ident(wanted) || ' NOLOGIN';
            EXECUTE 'GRANT ' || quote_ident(wanted) || ' TO ' || quote_ident(current_user);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- roles are the server's: somebody migrates another database of it at this moment
        END;
    END LOOP;
END
$$;
