INSERT INTO control.celdas
    (publicacion_id, cuadro, indicador, celda, valor_real, estado, periodo, dimensiones, contribuyentes, con_fila) VALUES
    ('mensual/2026-10/r1', 'colocados_por_pais', 'colocados', '{"pais": "USA"}', 110, 'publicada', '2026-10', '{pais}', 110, true),
    ('mensual/2026-10/r1', 'colocados_por_pais', 'colocados', '{"pais": "DEU"}', 2, 'primaria', '2026', '{pais}', 2, false);
