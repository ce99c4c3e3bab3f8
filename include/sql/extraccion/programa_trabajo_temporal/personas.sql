-- persons with an application or a departure in the month
SELECT a.id_aplicante, a.cui, a.sexo, a.fecha_nacimiento, a.pueblo, a.comunidad_linguistica, a.nivel_educativo,
       a.departamento, a.municipio
FROM aplicantes a
WHERE EXISTS (SELECT 1 FROM solicitudes s WHERE s.id_aplicante = a.id_aplicante
              AND s.fecha_registro >= :inicio_utc AND s.fecha_registro < :fin_utc)
   OR EXISTS (SELECT 1 FROM colocaciones c WHERE c.id_aplicante = a.id_aplicante
              AND c.fecha_salida >= :inicio AND c.fecha_salida <= :fin)
