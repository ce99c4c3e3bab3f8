INSERT INTO control.decisiones_publicacion (publicacion_id, borrador, decision, nota, firmas, motivos, registrada) VALUES
    ('mensual/2026-10/r1', 'b1', 'publicar_con_nota', 'Faltan dos agencias.', '[]', '[]', '2026-11-12 15:00+00');
UPDATE control.anuncios SET del_calendario = true;
