INSERT INTO nucleo.inscripciones VALUES
    ('carga-registro', 'registro-1', 'i1', 'p1', '2026-10-02 10:00-06', true, NULL, '9211', NULL, 'es|en');
