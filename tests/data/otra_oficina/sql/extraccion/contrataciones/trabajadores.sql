SELECT t.no_registro, t.dpi, t.genero, t.nacido, t.grupo, t.depto, t.muni
FROM trabajador t
WHERE t.no_registro IN (SELECT v.no_registro FROM viaje v WHERE v.sale BETWEEN :inicio AND :fin)
   OR t.no_registro IN (SELECT p.no_registro FROM peticion p
                        WHERE p.recibida >= :inicio AND p.recibida < :fin + INTERVAL '1 day')
