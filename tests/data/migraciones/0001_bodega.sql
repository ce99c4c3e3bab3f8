INSERT INTO control.instantaneas VALUES
    ('programa-1', 'programa', 'c1', '{"personas": 2}', false, '2026-11-05 06:00+00'),
    ('registro-1', 'registro', 'c2', '{"reclutadores": 1}', false, '2026-11-05 06:15+00');
INSERT INTO control.veredictos VALUES
    ('programa-1', 'r1', true, NULL, 1, 'Aprobada.',
     '{"personas": {"filas": 3, "en_cuarentena": 1, "reglas": [{"columna": "sexo", "regla": "expect_column_values_to_be_in_set", "gravedad": "warning", "cumple": false, "filas": 1}]}}',
     '2026-11-05 06:01+00'),
    ('registro-1', 'r1', true, NULL, 0, 'Aprobada.', '{"reclutadores": {"filas": 1, "en_cuarentena": 0, "reglas": []}}',
     '2026-11-05 06:16+00');
INSERT INTO control.cuarentena VALUES ('programa-1', 'r1', 'personas', 2, 'A3', 'sexo', 'regla', 'El sexo falta.');
INSERT INTO control.cargas VALUES
    ('carga-programa', 'programa-1', 'r1', '{"personas": 2}', '2026-11-05 06:02+00'),
    ('carga-registro', 'registro-1', 'r1', '{"reclutadores": 1}', '2026-11-05 06:17+00');
INSERT INTO control.vigencias (fuente, periodo, carga_id, desde) VALUES
    ('programa', '2026-09', 'carga-programa', '2026-10-05 06:03+00'),
    ('programa', '2026-10', 'carga-programa', '2026-11-05 06:03+00'),
    ('registro', '2026-10', 'carga-registro', '2026-11-05 06:18+00');
INSERT INTO nucleo.personas VALUES
    ('carga-programa', 'programa-1', 'p1', '1', '1990-02-28', '1', '10', '3', '1601', '16'),
    ('carga-programa', 'programa-1', 'p2', 'ND', NULL, 'ND', 'ND', 'ND', 'ND', 'ND');
INSERT INTO nucleo.solicitudes VALUES
    ('carga-programa', 'programa-1', 's1', 'p1', '2026-10-31 23:59-06', 'web', 'USA', '9211', '6', '2026-10-31 23:59-06'),
    ('carga-programa', 'programa-1', 's2', 'p2', '2026-10-01 00:00-06', 'ND', 'ND', 'ND', '1', NULL);
INSERT INTO nucleo.empleadores VALUES ('carga-programa', 'programa-1', 'e1', 'USA', 'ND', '0113');
INSERT INTO nucleo.colocaciones VALUES
    ('carga-programa', 'programa-1', 'c1', 'k1', 'p1', 'e1', NULL, 'programa', 'USA', 'ND', 'H-2A', '9211', '0113',
     '2026-10-10', '2027-04-10', '2026-10-09', NULL, true, 15.25, 'ok', 'USD', 'hora', 40),
    ('carga-programa', 'programa-1', 'c2', NULL, 'p2', NULL, NULL, 'programa', 'ND', 'ND', 'ND', 'ND', 'ND', NULL, NULL,
     '2026-10-31', NULL, NULL, NULL, 'vacio', 'ND', 'ND', NULL);
INSERT INTO nucleo.reclutadores VALUES
    ('carga-registro', 'registro-1', 'r1', 'Agencia Uno', '576937-K', 'DGE-1', NULL, NULL, '2026-01-01', '2028-12-31', 'USA|CAN');
INSERT INTO nucleo.cifras_espejo VALUES ('carga-registro', 'registro-1', 'USA', 'visas', 'H-2A', '2026-09', NULL, 'visas');
INSERT INTO nucleo.tipos_cambio VALUES ('carga-registro', 'registro-1', '2026-10', 'CAD', 1.3951);
INSERT INTO nucleo.tipos_cambio_diarios VALUES ('carga-registro', 'registro-1', '2026-10-01', 'GTQ', 7.66, 7.68);
INSERT INTO nucleo.referencias_salariales VALUES
    ('carga-registro', 'registro-1', 0, 'USA', 'H-2A', NULL, NULL, '9211', '0113', 12, 14.5, 'ok', 'USD', 'hora', 40, NULL, NULL);
INSERT INTO nucleo.ejecucion_presupuestaria VALUES
    ('carga-registro', 'registro-1', 'd1', '2026-10', '011', 'Personal permanente', 1000, 900, 500, 400.5);
INSERT INTO control.publicaciones VALUES
    ('mensual/2026-09/r1', 'mensual', '2026-09', 1, 'publicada', 'e1', 'h1', '2026-10-14', false, '2026-10-14 15:30+00'),
    ('mensual/2026-10/r1', 'mensual', '2026-10', 1, 'borrador', 'e2', 'h2', '2026-11-13', false, NULL);
INSERT INTO control.celdas VALUES
    ('mensual/2026-09/r1', 'colocados_por_pais', 'colocados', '{"pais": "USA"}', 120, 'publicada', NULL),
    ('mensual/2026-09/r1', 'colocados_por_pais', 'colocados', '{"pais": "ITA"}', 1, 'primaria', 'frecuencia');
