INSERT INTO control.explicaciones VALUES
    ('mensual/2026-09/r2', 'correccion', 'Se contó dos veces.', 'Dirección General de Empleo', '2026-10-20 15:00+00');
INSERT INTO control.anuncios (publicacion_id, no_antes, registrado) VALUES
    ('mensual/2026-10/r1', '2026-11-13 15:30+00', '2026-11-01 15:00+00');
INSERT INTO control.retiros VALUES
    ('mensual/2026-09/r1', 'Error de la fuente.', 'Dirección General de Empleo', '2026-10-21 15:00+00');
INSERT INTO control.entregas VALUES
    ('mensual/2026-09/r1', 'ckan', 'fallida', 3, '2026-10-14 16:00+00', 'No responde.');
