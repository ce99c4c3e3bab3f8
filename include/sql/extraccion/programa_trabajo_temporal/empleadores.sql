-- employers with a departure in the month
SELECT e.id_empleador, e.pais, e.subdivision, e.codigo_actividad
FROM empleadores e
WHERE EXISTS (SELECT 1 FROM colocaciones c WHERE c.id_empleador = e.id_empleador
              AND c.fecha_salida >= :inicio AND c.fecha_salida <= :fin)
