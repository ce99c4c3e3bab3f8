SELECT MAX(v.sale) AS ultima FROM viaje v
