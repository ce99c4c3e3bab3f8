-- the last month with departures, as 2026-10
SELECT MAX(c.fecha_salida) AS ultima FROM colocaciones c
