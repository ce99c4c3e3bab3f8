"""What is there when a month has ended, and whether that is what an undisturbed month leaves."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from publishing_support import contents
from sqlalchemy import Connection, NullPool, create_engine, text

from chaos.month import MonthPlayed
from chaos.scene import Scene

#: what the warehouse must hold, without moments and counters; one row per line
_KEPT = {
    "registro": "SELECT publicacion_id, estado, huella, fecha_publicacion, publicada IS NOT NULL"
    " FROM control.publicaciones",
    "libro": "SELECT publicacion_id, cuadro, celda::text, indicador, valor_real, estado FROM control.celdas",
    "entregas": "SELECT publicacion_id, destino, estado FROM control.entregas",
    "vigencias": "SELECT fuente, periodo, carga_id FROM control.vigencias",
    "cargas": "SELECT carga_id, snapshot_id, reglas_sha256, filas::text FROM control.cargas",
    "instantáneas": "SELECT snapshot_id, fuente, contrato_sha256, filas::text FROM control.instantaneas",
    "cuarentena": "SELECT snapshot_id, conjunto, fila, clave, campo, regla FROM control.cuarentena",
}
_UNFINISHED = (".en_curso", ".escribiendo", ".anterior")
_NO_WAREHOUSE = "La bodega de datos no responde"


@dataclass(frozen=True)
class End:
    """What a month left: every part by name, as something that is equal or not.

    Attributes:
        visible: what readers see, by file.
        stored: what is in the object store, by file.
        kept: the warehouse, by part.
    """

    visible: dict[str, str]
    stored: dict[str, str]
    kept: dict[str, list[tuple[str, ...]]]

    @classmethod
    def of(cls, scene: Scene) -> "End":
        stored = {
            name: _digest(scene.store.get_object(Bucket="datos", Key=name)["Body"].read())
            for name in scene.objects()
        }
        return cls(visible_in(scene.publications), stored, kept_in(scene.cluster.url))

    def differences(self, expected: "End") -> list[str]:
        """Where it is not what was expected."""
        found = [f"a la vista: {each}" for each in _unequal(self.visible, expected.visible)]
        found += [f"en el almacén: {each}" for each in _unequal(self.stored, expected.stored)]
        found += [f"en la bodega: {name}" for name in expected.kept if self.kept.get(name) != expected.kept[name]]
        hidden = [name for name in self.visible if any(part in name for part in _UNFINISHED)]
        return found + [f"a medio hacer: {name}" for name in hidden]


def visible_in(folder: Path) -> dict[str, str]:
    """Every file by its hash, every link by its goal."""
    files = {name: _digest(content) for name, content in contents(folder).items()}
    links = {
        path.relative_to(folder).as_posix(): str(path.readlink())
        for path in folder.rglob("*")
        if path.is_symlink()
    }
    return {**files, **links}


def kept_in(warehouse: str) -> dict[str, list[tuple[str, ...]]]:
    """The warehouse at an address, by part."""
    with create_engine(warehouse, poolclass=NullPool).connect() as connection:
        return {name: _rows(connection, query) for name, query in {**_KEPT, **_core(connection)}.items()}


def told_wrong(played: MonthPlayed) -> list[str]:
    """What was not told, or not once."""
    mails, incidents = mails_in(played.scene.mails), incidents_of(played.scene.cluster.url)
    return [*_untold(played, incidents, mails), *told_unfairly(played.scene.cluster.url, mails)]


def mails_in(folder: Path) -> list[EmailMessage]:
    """Every mail that was taken, in order."""
    return [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(folder.iterdir())]


def incidents_of(warehouse: str) -> list:
    """Every incident that there was."""
    query = text("SELECT incidente_id, clase, asunto, fuente, series, cerrado FROM control.incidentes")
    with create_engine(warehouse, poolclass=NullPool).connect() as connection:
        return [*connection.execute(query)]


def told_unfairly(warehouse: str, mails: list[EmailMessage]) -> list[str]:
    """Incidents that are not over, that nobody was told of, or somebody twice."""
    incidents = incidents_of(warehouse)
    query = text("SELECT incidente_id, fase, direccion, estado FROM control.avisos ORDER BY aviso_id")
    with create_engine(warehouse, poolclass=NullPool).connect() as connection:
        planned = connection.execute(query).all()
    found = _repeated(mails)
    found += [f"sigue abierto: {each.clase} {each.asunto}" for each in incidents if each.cerrado is None]
    for incident in incidents:
        ours = [each for each in planned if each.incidente_id == incident.incidente_id]
        if not any(each.fase == "apertura" and each.estado == "enviado" for each in ours):
            found.append(f"nadie recibió el aviso: {incident.clase} {incident.asunto}")
        phases = Counter((each.fase, each.direccion) for each in ours)
        found += [f"avisado {count} veces: {phase}" for phase, count in phases.items() if count > 1]
    return found


def _untold(played: MonthPlayed, incidents: list, mails: list[EmailMessage]) -> list[str]:
    """Every failure is one incident of its DAG, and there is no incident without a failure."""
    failed = Counter(failure.dag for failure in played.failures)
    opened = Counter(_dag_of(each) for each in incidents)
    found = [
        f"{dag}: {failed[dag]} fallos y {opened[dag]} incidentes"
        for dag in sorted({*failed, *opened})
        if not failed[dag] or not 1 <= opened[dag] <= failed[dag]
    ]
    emergencies = sum(str(mail["Subject"]).startswith(_NO_WAREHOUSE) for mail in mails)
    if emergencies and all(failure.known for failure in played.failures):
        found.append("se avisó de que la bodega no responde, y respondía")
    return found


def _dag_of(incident: object) -> str:
    row: dict = incident._asdict()  # type: ignore[attr-defined]
    return f"ingesta_{row['fuente']}" if row["fuente"] else f"informe_{row['series'][0]}"


def _repeated(mails: list[EmailMessage]) -> list[str]:
    """Mails that came under one heading to one person more often than at the beginning and at the end."""
    different = {str(mail["Message-ID"]): (str(mail["To"]), str(mail["Subject"])) for mail in mails}
    counted = Counter(different.values())
    return [f"recibió dos veces: {subject}" for (_, subject), count in counted.items() if count > 2]


def _core(connection: Connection) -> dict[str, str]:
    """Every table of the core."""
    names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'nucleo'"))
    return {f"nucleo.{name}": f"SELECT md5(t::text) FROM nucleo.{name} t" for name in names}


def _rows(connection: Connection, query: str) -> list[tuple[str, ...]]:
    return sorted(tuple(map(str, row)) for row in connection.execute(text(query)))


def _unequal(found: dict[str, str], expected: dict[str, str]) -> list[str]:
    return sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
