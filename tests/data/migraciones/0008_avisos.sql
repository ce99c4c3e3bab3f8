INSERT INTO control.incidentes
    (clase, asunto, periodo, titulo, que, hacer, fuente, series, periodos, enlaces, critico, desde, ultimo, abierto) VALUES
    ('fuente', 'programa', '2026-10', 'No responde', 'No responde.', 'Llame.', 'programa', '{mensual}', '{2026-10}', '{}',
     true, '2026-11-05 06:00+00', '2026-11-05 07:00+00', '2026-11-05 06:00+00');
INSERT INTO control.avisos (incidente_id, fase, persona, canal, direccion, razon, no_antes)
SELECT incidente_id, 'apertura', 'operacion', 'correo', 'operacion@oficina.example', 'opera', '2026-11-05 07:00-06'
FROM control.incidentes;
