-- applications registered in the month, with the furthest stage that each has reached
SELECT s.id_solicitud, a.cui, s.fecha_registro, s.canal, s.pais_interes, s.codigo_puesto, e.etapa, e.fecha_etapa
FROM solicitudes s
JOIN aplicantes a ON a.id_aplicante = s.id_aplicante
JOIN etapas e ON e.id_solicitud = s.id_solicitud
WHERE s.fecha_registro >= :inicio_utc AND s.fecha_registro < :fin_utc
  AND e.etapa IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM etapas otra WHERE otra.id_solicitud = e.id_solicitud AND otra.etapa > e.etapa)
