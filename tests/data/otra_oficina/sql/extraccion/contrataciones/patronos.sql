SELECT p.codigo, p.destino, p.giro
FROM patrono p
WHERE p.codigo IN (SELECT v.patrono FROM viaje v WHERE v.sale BETWEEN :inicio AND :fin)
