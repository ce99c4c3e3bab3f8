INSERT INTO nucleo.acciones VALUES
    ('carga-registro', 'registro-1', 'a1', '1', 'Taller', NULL, '2026-10-01', NULL, 'en_curso', NULL, 'talleres', NULL);
INSERT INTO nucleo.capacitaciones VALUES
    ('carga-registro', 'registro-1', 'k1', 'ingles', 'presencial', '1601', '16', NULL, '2026-10-20', 12, 8, 10, 7);
INSERT INTO nucleo.denuncias VALUES
    ('carga-registro', 'registro-1', 'd1', '2026-10-03', 'telefono', 'cobro', 'USA', 'abierta', '2026-10-03');
INSERT INTO nucleo.metas_fisicas VALUES
    ('carga-registro', 'registro-1', 'm1', '2026-10', 'Personas atendidas', 'personas', 500, 320);
