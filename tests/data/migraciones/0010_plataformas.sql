INSERT INTO control.chequeos_plataforma VALUES
    ('programa', '2026-11-05 06:00+00', true, true, 150, 0, 0, 0, '', false),
    ('programa', '2026-11-05 06:15+00', false, false, NULL, NULL, 0, 0, 'No responde.', false);
INSERT INTO control.medidas_plataforma VALUES ('programa', '2026-11-05', 'disponibilidad', '', 95, 96);
INSERT INTO control.incidentes_plataforma VALUES
    ('programa', '2026-11-05 06:15+00', NULL, 'caida', 1, 'No responde.');
INSERT INTO control.oportunidades_plataforma VALUES
    ('plataformas/2026-09/r1', 'programa', '2026-09', 1, 'sexo', 'Completar el sexo.', 'registros', 3, 80);
INSERT INTO control.informes_plataformas VALUES
    ('plataformas/2026-09/r1', '2026-09', 1, 'h3', false, '2026-10-16 15:30+00');
