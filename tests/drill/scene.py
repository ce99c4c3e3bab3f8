"""The scene of a drill: an installation with a copy of the program, real servers around it, one Airflow."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from acceptance_support import Place, operated
from alerts_support import OPERATOR as OPERATORS
from alerts_support import text_of
from sqlalchemy import Engine, create_engine, make_url, text

from drill.operator import Operator, until
from drill.servers import MailServer, Mirror, Platforms
from movilidad.alerts.kinds import KINDS
from movilidad.model import paths
from movilidad.model.periods import TZ, Month
from movilidad.model.settings import get_settings
from movilidad.publishing.register import Release, newest_public
from movilidad.sources.contracts import load_contract, sources_of
from movilidad.stack.installation import OPERATOR
from movilidad.store.engine import warehouse

if TYPE_CHECKING:
    from drill.plays import Fault

REPORT = "informe_mensual"
#: they look at today's calendar and at other reports, which are not of the simulated year
ASLEEP = ("vigilancia_calendario", "informe_cuatrimestral")
ALERTS = {
    "operadores": ["operacion"],
    "personas": {"operacion": {"nombre": "Operación", "correo": OPERATORS}},
}
TARGET = {"nombre": "espejo", "titulo": "Espejo del portal", "clase": "archivos", "conexion": "espejo"}
_HISTORY = 12  # months before the first one that the control compares with
# seconds; Airflow 3.3 loses an answer that comes before its scheduler knows that the process that asked has ended,
# and asks again
_READING = 15
_TESTS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class DrillPlace(Place):
    """An installation with a copy of the program of its own: its files may be spoilt."""

    @property
    def program(self) -> Path:
        return self.root / "programa"

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "PYTHONPATH": str(self.program / "include")}

    def copy_program(self) -> None:
        """What an installation needs of the checkout."""
        for name in ("include", "dags", "plugins", "expectations", "docs"):
            shutil.copytree(paths.PROJECT / name, self.program / name)
        for name in ("pyproject.toml", "requirements.lock"):
            shutil.copy2(paths.PROJECT / name, self.program)


@dataclass(frozen=True)
class Told:
    """One message that went out."""

    to: str
    subject: str
    text: str

    @classmethod
    def of(cls, mail: EmailMessage) -> "Told":
        return cls(str(mail["To"]), flat(str(mail["Subject"])).removeprefix("Re: "), text_of(mail))

    @property
    def is_over(self) -> bool:
        """Whether it says that an incident is over."""
        return self.text.startswith("Resuelto.")


@dataclass
class Scene:
    """Everything that takes part in a drill."""

    place: DrillPlace
    operator: Operator
    mail: MailServer
    platforms: Platforms
    mirror: Mirror
    environment: dict[str, str]
    told_before: int = 0  # messages of earlier months

    @property
    def programme(self) -> Engine:
        """The database of the programme's platform."""
        return create_engine(make_url(self.environment["MOVILIDAD_BODEGA"]).set(database="plataformas"))

    @property
    def truth(self) -> Path:
        """Folder of the seeding, with the truth kept aside."""
        return self.place.folder / "demo"

    # ---- a month ------------------------------------------------------------------------------------------------

    def turn_the_page(self) -> None:
        """Another month: what was told until now is of earlier ones."""
        self.told_before = len(self.all_told())

    def begin(self, month: Month) -> None:
        """Start the ingestion of every source that the report waits for, as the calendar would."""
        for source in sources_of("mensual"):
            self.operator.trigger(f"ingesta_{source}", str(month))

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a command of ``movilidad``."""
        return subprocess.Popen(
            [sys.executable, "-m", "movilidad.cli", *arguments],
            env={**self.place.environment, **self.environment},
            cwd=self.place.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ended(self, dag: str, month: Month) -> dict[str, Any]:
        """Wait until the newest run of a partition has ended; waiting between tries is cut short."""

        def question() -> dict[str, Any] | None:
            run = self.operator.newest(dag, str(month))
            if run and run["state"] in ("success", "failed"):
                return run
            self.operator.hurry_retries()
            return None

        return until(f"el fin de {dag} {month}", question)

    def delivered(self, month: Month, *, but: str = "") -> None:
        """Wait until every source has delivered, except one."""
        for source in sources_of("mensual"):
            if source != but:
                assert self.ended(f"ingesta_{source}", month)["state"] == "success", source

    def asked(self, month: Month) -> str:
        """Wait until the report waits for a decision, and read it; gives its run."""

        def question() -> str:
            run = self.operator.newest(REPORT, str(month))
            if run is None:
                return ""
            assert run["state"] != "failed", self.operator.failures(REPORT, run["dag_run_id"])
            waits = self.operator.waiting_for_people(REPORT, run["dag_run_id"])
            return str(run["dag_run_id"]) if waits else ""

        run = until(f"el visto bueno pendiente de {month}", question)
        time.sleep(_READING)
        return run

    def published(self, month: Month, revision: str) -> Release:
        """Wait until a revision is public and its run has ended well."""

        def question() -> Release | None:
            self.operator.hurry_retries()
            run = self.operator.newest(REPORT, str(month))
            if run is None:
                return None
            assert run["state"] != "failed", self.operator.failures(REPORT, run["dag_run_id"])
            assert not self.operator.waiting_for_people(REPORT, run["dag_run_id"]), "espera un visto bueno"
            found = self.newest(month) if run["state"] == "success" else None
            return found if found and found.publicacion_id.endswith(f"/{revision}") else None

        return until(f"la publicación de {month}/{revision}", question)

    def newest(self, month: Month) -> Release | None:
        """The newest revision that readers see."""
        with warehouse().connect() as connection:
            return newest_public(connection, "mensual", month)

    def brought_again(self, source: str, month: Month) -> None:
        """Take in the corrected records of a source, and repeat the month's report."""
        self.operator.trigger(f"ingesta_{source}", str(month))
        assert self.ended(f"ingesta_{source}", month)["state"] == "success"
        run = self.operator.newest(REPORT, str(month))
        assert run
        self.operator.clear(REPORT, run["dag_run_id"], "reunir_insumos")

    def releases(self) -> list[str]:
        """Every revision that readers see, such as ``2025-11/r1``."""
        folders = (self.place.publications / "mensual").glob("*/r[0-9]*")
        return sorted(f"{folder.parent.name}/{folder.name}" for folder in folders)

    def draft_ready(self, month: Month) -> datetime:
        """When the draft of a month was ready to come out."""
        run = self.operator.newest(REPORT, str(month))
        assert run
        return self.operator.end_of(REPORT, run["dag_run_id"], "aplicar_decision")

    def announced(self, month: Month, moment: datetime) -> datetime:
        """Announce by hand from which minute the first revision may be public."""
        minute = moment.astimezone(TZ).replace(second=0, microsecond=0)
        run = self.command("release", "schedule", f"mensual/{month}/r1", f"{minute:%Y-%m-%dT%H:%M}")
        printed, _ = run.communicate()
        assert run.returncode == 0, printed
        return minute

    # ---- alerts -------------------------------------------------------------------------------------------------

    def all_told(self) -> list[Told]:
        """Every message that the mail server took, in order."""
        return [Told.of(mail) for mail in self.mail.post.taken]

    def told(self) -> list[Told]:
        """Every message of the month that the mail server took, in order."""
        return self.all_told()[self.told_before :]

    def called(self, fault: "Fault") -> None:
        """Wait until everybody who is to be called has been, with the right words."""

        def question() -> bool:
            reached = {
                each.to for each in self._about(fault) if not each.is_over and fault.says in flat(each.text)
            }
            return reached >= set(fault.to)

        until(f"el aviso «{fault.alert}» a {', '.join(fault.to)}", question, minutes=8)

    def called_off(self, fault: "Fault") -> None:
        """Wait until all of them have been told that it is over."""

        def question() -> bool:
            return {each.to for each in self._about(fault) if each.is_over} == set(fault.to)

        until(f"el fin de «{fault.alert}» a {', '.join(fault.to)}", question, minutes=8)

    def _about(self, fault: "Fault") -> list[Told]:
        return [each for each in self.told() if each.subject.startswith(fault.alert)]

    def undelivered(self) -> int:
        """How many messages wait for the mail server, with the reason kept."""
        with warehouse().connect() as connection:
            query = "SELECT count(*) FROM control.avisos WHERE estado = 'pendiente' AND problema IS NOT NULL"
            return int(connection.scalar(text(query)) or 0)

    def hurry_alerts(self) -> None:
        """Let the waiting time before the next try of every message be over, and the pass come."""
        with warehouse().begin() as connection:
            connection.execute(text("UPDATE control.avisos SET no_antes = now() WHERE estado = 'pendiente'"))
        run = self.operator.trigger_now("atencion_avisos")
        until("el fin de la pasada de avisos", lambda: self.operator.has_ended("atencion_avisos", run))

    def incidents(self) -> list[str]:
        """Everything that was ever told or waits to be told, by title."""
        with warehouse().connect() as connection:
            found = connection.execute(text("SELECT clase, titulo FROM control.incidentes"))
            return [f"{KINDS[kind].titulo}: {title}" for kind, title in found]


def flat(words: str) -> str:
    """In one line."""
    return re.sub(r"\s+", " ", words)


def steward_of(source: str) -> str:
    """Where the steward of a source is reached."""
    return load_contract(source).responsable.correo


@contextmanager
def scene(place: DrillPlace, first: Month, say: Any = print) -> Iterator[Scene]:
    """Start everything, with the history of the year before ``first`` in the core; end everything on leaving."""
    place.copy_program()
    mail, platforms, mirror = MailServer(), Platforms(), Mirror(place.root / "espejo")
    with ExitStack() as stack:
        stack.enter_context(mail.open())
        where = mirror.start()
        stack.callback(mirror.stop)
        _write_configuration(place, mail, platforms, where)
        say("arranca el entorno")
        state = stack.enter_context(operated(place, yaml.safe_dump(ALERTS, allow_unicode=True)))
        stack.enter_context(platforms.open(place.folder / "demo"))
        stack.enter_context(_settings(state["environment"]))
        secrets = json.loads((place.folder / "secretos" / "instalacion.json").read_text())
        operator = Operator(state["url"], OPERATOR, secrets["password"], state["environment"]["MOVILIDAD_BODEGA"])
        operator.wait_until_healthy(300, lambda: None)
        for dag in ASLEEP:
            operator.pause(dag, paused=True)
        found = Scene(place, operator, mail, platforms, mirror, state["environment"])
        say("carga la historia")
        _bring_history(found, first)
        yield found


def _write_configuration(place: DrillPlace, mail: MailServer, platforms: Platforms, target: Any) -> None:
    """Before the first start: connections of the drill's own, and the target."""
    place.folder.mkdir()
    place.folder.chmod(0o755)  # the embedded server, as root, runs as a user of its own
    own = {
        **platforms.connections(place.folder / "demo"),
        "correo_avisos": mail.connection,
        "espejo": {"conn_type": "sftp", **target},
    }
    (place.folder / "conexiones.json").write_text(json.dumps(own), encoding="utf-8")
    (place.folder / "destinos.yml").write_text(yaml.safe_dump({"destinos": [TARGET]}), encoding="utf-8")


@contextmanager
def _settings(environment: dict[str, str]) -> Iterator[None]:
    """The library in this process looks at the running installation."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


def _bring_history(found: Scene, first: Month) -> None:
    """The months before the first one, as records of the core."""
    span = (str(first.plus(-_HISTORY)), str(first.plus(-1)))
    done = subprocess.run(
        [sys.executable, "-m", "drill.history", *span],
        env={
            **found.place.environment,
            **found.environment,
            "PYTHONPATH": os.pathsep.join([str(found.place.program / "include"), str(_TESTS)]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
