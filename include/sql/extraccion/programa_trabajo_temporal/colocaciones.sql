-- departures of the month
SELECT c.id_colocacion, c.id_contrato, a.cui, c.id_empleador, c.pais, c.subdivision, c.tipo_visa, c.codigo_puesto,
       c.codigo_actividad, c.fecha_inicio, c.fecha_fin, c.fecha_salida, c.fecha_retorno, c.recontratado, c.salario,
       c.moneda, c.periodo_pago, c.horas_semana
FROM colocaciones c
JOIN aplicantes a ON a.id_aplicante = c.id_aplicante
WHERE c.fecha_salida >= :inicio AND c.fecha_salida <= :fin
