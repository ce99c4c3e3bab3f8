INSERT INTO control.extracciones
    (fuente, periodo, snapshot_id, momento, notas, columnas_nuevas, columnas_faltantes) VALUES
    ('programa', '2026-11', 'programa-1', '2026-12-05 06:00+00', '["una nota"]', '{"personas": ["apodo"]}', '{}');
INSERT INTO control.examenes (fuente, periodo, objeto, reglas_sha256, aprobado, resultados, examinado) VALUES
    ('nucleo', '2026-10', 'carga-programa carga-registro', 'r2', true,
     '{"salidas": {"filas": 2, "en_cuarentena": 0, "reglas": [{"columna": "en_el_mes", "regla": "x", "gravedad": "warning", "cumple": true, "filas": 0}]}}',
     '2026-11-06 06:00+00');
INSERT INTO control.hallazgos
    (fuente, periodo, asunto, gravedad, que, cuanto, que_hacer, antes_despues, claves, encontrado, resuelto) VALUES
    ('programa', '2026-10', 'volumen', 'warning', 'Menos filas.', '40 %', 'Pregunte.', '[]', '["A3"]', '2026-11-05 06:02+00', NULL);
INSERT INTO control.excepciones
    (fuente, asunto, periodo, clave, motivo, autor, vence, registrada, retirada, retirada_por) VALUES
    ('programa', 'volumen', NULL, 'A3', 'Es correcto.', 'Jefatura', '2026-12-31', '2026-11-05 15:00+00', NULL, NULL);
INSERT INTO control.posibles_duplicados VALUES ('2026-10', 'programa', 'c1', 'registro', 'v1', 2);
