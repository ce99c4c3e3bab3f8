-- Who looked at what is set apart, and who decided what: a trail that is added to and never changed. The database
-- writes it itself wherever it can, so that no part of the program can forget to. Names and moments, never a value.

CREATE TABLE control.bitacora (
    orden bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    momento timestamptz NOT NULL DEFAULT clock_timestamp(),
    quien text NOT NULL,
    que text NOT NULL,
    objeto text NOT NULL,
    periodo text NOT NULL DEFAULT '',
    cuenta text NOT NULL DEFAULT session_user
);
CREATE INDEX ON control.bitacora (que, orden);

CREATE FUNCTION control.no_se_cambia() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: solo se agrega; nada se cambia ni se borra', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER no_se_cambia BEFORE UPDATE OR DELETE OR TRUNCATE ON control.bitacora
    FOR EACH STATEMENT EXECUTE FUNCTION control.no_se_cambia();
CREATE TRIGGER no_se_cambia BEFORE UPDATE OR DELETE OR TRUNCATE ON control.decisiones_publicacion
    FOR EACH STATEMENT EXECUTE FUNCTION control.no_se_cambia();

-- with the rights of its owner: whoever decides cannot write the trail himself
CREATE FUNCTION control.anotar() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    -- plain fields of the row, whichever table it is of
    fila jsonb := to_jsonb(NEW);
    entrada control.bitacora;
BEGIN
    entrada.objeto := coalesce(fila ->> 'publicacion_id', fila ->> 'fuente');
    entrada.periodo := coalesce(fila ->> 'periodo', split_part(entrada.objeto, '/', 2));
    CASE TG_TABLE_NAME
        WHEN 'decisiones_publicacion' THEN
            entrada.que := 'decisión: ' || replace(replace(fila ->> 'decision', '_', ' '), 'automatica', 'automática');
            entrada.quien := (SELECT string_agg(f ->> 'usuario', ', ') FROM jsonb_array_elements(fila -> 'firmas') f);
        WHEN 'explicaciones' THEN
            entrada.que := 'motivo de ' || replace(fila ->> 'tipo', 'correccion', 'corrección');
            entrada.quien := fila ->> 'aprobada_por';
        WHEN 'anuncios' THEN
            entrada.que := 'fecha anunciada';
            entrada.quien := CASE WHEN (fila ->> 'del_calendario')::boolean THEN 'el calendario' END;
        WHEN 'retiros' THEN
            entrada.que := 'retiro';
            entrada.quien := fila ->> 'aprobada_por';
        WHEN 'publicaciones' THEN
            entrada.que := 'publicación';
        WHEN 'excepciones' THEN
            entrada.que := CASE WHEN TG_OP = 'INSERT' THEN 'excepción ' ELSE 'retiro de la excepción ' END
                || (fila ->> 'excepcion_id');
            entrada.quien := CASE WHEN TG_OP = 'INSERT' THEN fila ->> 'autor' ELSE fila ->> 'retirada_por' END;
    END CASE;
    INSERT INTO control.bitacora (quien, que, objeto, periodo)
    VALUES (coalesce(nullif(entrada.quien, ''), 'el sistema'), entrada.que, entrada.objeto, entrada.periodo);
    RETURN NULL;
END
$$;
CREATE TRIGGER anotar AFTER INSERT ON control.decisiones_publicacion
    FOR EACH ROW WHEN (NEW.decision <> 'pendiente') EXECUTE FUNCTION control.anotar();
CREATE TRIGGER anotar AFTER INSERT OR UPDATE ON control.explicaciones
    FOR EACH ROW EXECUTE FUNCTION control.anotar();
CREATE TRIGGER anotar AFTER INSERT OR UPDATE ON control.anuncios
    FOR EACH ROW EXECUTE FUNCTION control.anotar();
CREATE TRIGGER anotar AFTER INSERT ON control.retiros
    FOR EACH ROW EXECUTE FUNCTION control.anotar();
CREATE TRIGGER anotar AFTER INSERT OR UPDATE ON control.excepciones
    FOR EACH ROW EXECUTE FUNCTION control.anotar();
CREATE TRIGGER anotar AFTER UPDATE ON control.publicaciones
    FOR EACH ROW WHEN (NEW.estado = 'publicada' AND OLD.estado <> 'publicada') EXECUTE FUNCTION control.anotar();

-- the keys of the records that are set apart now: whoever reads them is noted
CREATE FUNCTION control.leer_cuarentena(de_fuente text, de_periodo text, lector text)
RETURNS TABLE (conjunto text, clave text, campo text, regla text, motivo text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO control.bitacora (quien, que, objeto, periodo)
    VALUES (lector, 'lista de cuarentena', de_fuente, de_periodo);
    -- of the examination that counts now: the newest of the month, approved or not
    RETURN QUERY
        SELECT c.conjunto, c.clave, c.campo, c.regla, c.motivo
        FROM control.cuarentena c
        JOIN (
            SELECT objeto, reglas_sha256 FROM control.examenes
            WHERE fuente = de_fuente AND periodo = de_periodo ORDER BY orden DESC LIMIT 1
        ) e ON e.objeto = c.snapshot_id AND e.reglas_sha256 = c.reglas_sha256
        ORDER BY c.conjunto, c.clave, c.campo, c.regla;
END
$$;
REVOKE ALL ON FUNCTION control.leer_cuarentena(text, text, text), control.anotar() FROM PUBLIC;

-- what was public stays in the register and in the ledger, whoever works there
CREATE FUNCTION control.solo_borradores() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    IF TG_TABLE_NAME = 'publicaciones' AND EXISTS (SELECT FROM borradas b WHERE b.estado <> 'borrador')
       OR TG_TABLE_NAME = 'celdas' AND EXISTS (
           SELECT FROM control.publicaciones p
           WHERE p.estado <> 'borrador' AND p.publicacion_id IN (SELECT DISTINCT b.publicacion_id FROM borradas b))
    THEN
        RAISE EXCEPTION '%: lo que fue público no se borra', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER solo_borradores AFTER DELETE ON control.publicaciones
    REFERENCING OLD TABLE AS borradas
    FOR EACH STATEMENT WHEN (current_user = 'movilidad_publicacion') EXECUTE FUNCTION control.solo_borradores();
CREATE TRIGGER solo_borradores AFTER DELETE ON control.celdas
    REFERENCING OLD TABLE AS borradas
    FOR EACH STATEMENT WHEN (current_user = 'movilidad_publicacion') EXECUTE FUNCTION control.solo_borradores();

-- for analysts of the office: what every reader has, as tables. A hidden cell has no value here either.
CREATE SCHEMA analisis;
CREATE VIEW analisis.publicaciones AS
SELECT publicacion_id, serie, periodo, revision, fecha_publicacion, demostracion
FROM control.publicaciones WHERE estado = 'publicada';
CREATE VIEW analisis.celdas AS
SELECT c.publicacion_id, c.periodo, c.cuadro, c.dimensiones, c.indicador, c.celda,
       CASE WHEN c.estado = 'publicada' THEN c.valor_real END AS valor,
       CASE WHEN c.estado = 'publicada' THEN 'F' ELSE 'C' END AS estado_conf
FROM control.celdas c JOIN control.publicaciones p USING (publicacion_id)
WHERE p.estado = 'publicada' AND c.con_fila;

-- under which seal the pseudonyms of the core stand (a fingerprint; the key is not in the database): the newest row
-- counts, without one they are as their root makes them
CREATE TABLE control.sellos (
    orden bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sello text NOT NULL,
    puesto timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER no_se_cambia BEFORE UPDATE OR DELETE OR TRUNCATE ON control.sellos
    FOR EACH STATEMENT EXECUTE FUNCTION control.no_se_cambia();
