SELECT v.viaje, t.dpi, v.patrono, v.destino, v.permiso, v.puesto, v.giro, v.sale, v.pago
FROM viaje v JOIN trabajador t USING (no_registro)
WHERE v.sale BETWEEN :inicio AND :fin
