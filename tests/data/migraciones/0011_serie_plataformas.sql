INSERT INTO control.evidencias_plataforma VALUES
    ('ev1', 'programa', '2026-10', '{"mediciones": 2976}', '2026-11-16 15:00+00');
