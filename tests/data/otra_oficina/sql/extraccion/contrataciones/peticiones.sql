SELECT p.folio, t.dpi, p.recibida, p.via, p.destino, p.avance
FROM peticion p JOIN trabajador t USING (no_registro)
WHERE p.recibida >= :inicio AND p.recibida < :fin + INTERVAL '1 day'
