"""smoke"""
from datetime import timedelta
import pytest
from desk_support import client_at
from publishing_support import NOON, OCTOBER, R1, deliver_month, plain_report, no_portal
from sqlalchemy import Engine
from movilidad.publishing import releases
__all__ = ["plain_report", "no_portal"]

@pytest.mark.usefixtures("plain_report", "no_portal")
def test_smoke(warehouse: Engine) -> None:
    deliver_month(warehouse)
    counted = releases.compute_tables(releases.review_core(releases.begin("mensual", OCTOBER, NOON)))
    releases.audit_draft(releases.render(releases.protect_tables(counted)))
    releases.needed(R1, NOON)
    for who in ("opera", "mira"):
        c = client_at(NOON, who)
        for path in ("", "publicaciones", "publicacion/mensual/2026-10", f"publicacion/{R1}", "fuentes","fuente/tu_empleo","fuente/programa_trabajo_temporal","plataformas","plataforma/tu_empleo","incidentes","incidente/1","nada","publicacion/mensual/2026-13","publicacion/cuatrimestral/2026-C2", "estatico/mesa.css", f"publicacion/{R1}/archivo/informe.html"):
            r = c.get(path)
            print(who, path, r.status_code, len(r.text))
            if who == "opera": open(f"/tmp/mesa/p_{path.replace('/','_') or 'hoy'}.html","w").write(r.text)
