"""How a month goes: what a fault holds up or lets pass, what people do then, and what readers get."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from drill.operator import until
from drill.scene import REPORT, Scene
from drill.spoiling import Spoil, other_order
from movilidad.model.periods import Month
from movilidad.store.engine import warehouse

PROGRAMME = "programa_trabajo_temporal"


@dataclass(frozen=True)
class Fault:
    """One way in which a month goes wrong, and what has to come of it.

    Attributes:
        title: what it is, in Spanish.
        spoil: brings it about, and puts it right in the end.
        play: how the month goes; gives what came of it, in Spanish.
        alert: how the subject of the message begins; empty if nobody is called.
        to: who gets it.
        says: what stands in it.
        source: the source that is concerned; ``task`` the task of its ingestion that stops.
        option, note: what is answered to the question whether the draft may come out.
        calm: the end of the incident is told only after a while.
    """

    title: str
    spoil: Spoil
    play: "Play"
    alert: str = ""
    to: tuple[str, ...] = ()
    says: str = ""
    source: str = PROGRAMME
    task: str = "extraer"
    option: str = ""
    note: str = ""
    calm: bool = False


Play = Callable[[Scene, Month, Fault], str]


def quiet(scene: Scene, month: Month) -> str:
    """Nothing is wrong: published without anybody."""
    scene.begin(month)
    scene.published(month, "r1")
    return "r1, sin intervención"


def stopped(scene: Scene, month: Month, fault: Fault) -> str:
    """A source stops and nothing comes out; put right, its task is cleared and the report follows by itself."""
    with fault.spoil(scene, month):
        run = _stop(scene, month, fault)
        scene.called(fault)
    _go_on(scene, month, fault, run)
    return "nada; se detuvo la fuente. Después r1"


def stopped_while_mail_is_down(scene: Scene, month: Month, fault: Fault) -> str:
    """The same, and the message waits until somebody takes it."""
    with fault.spoil(scene, month):
        with scene.mail.down():
            run = _stop(scene, month, fault)
            until("el aviso sin entregar", lambda: scene.undelivered() == len(fault.to))
        scene.hurry_alerts()
        scene.called(fault)
    _go_on(scene, month, fault, run)
    return "nada; se detuvo la fuente; el aviso esperó al correo. Después r1"


def _stop(scene: Scene, month: Month, fault: Fault) -> str:
    """Begin the month and wait until the source has stopped and all others have delivered; gives the run."""
    scene.begin(month)
    run = scene.ended(f"ingesta_{fault.source}", month)
    states = scene.operator.states(f"ingesta_{fault.source}", run["dag_run_id"])
    assert states[fault.task] == "failed", states
    scene.delivered(month, but=fault.source)
    assert scene.operator.newest(REPORT, str(month)) is None
    assert scene.newest(month) is None
    return str(run["dag_run_id"])


def _go_on(scene: Scene, month: Month, fault: Fault, run: str) -> None:
    """Clear the source's extraction, as the message says; the report follows by itself."""
    scene.operator.clear(f"ingesta_{fault.source}", run, "extraer")
    scene.published(month, "r1")


def held(scene: Scene, month: Month, fault: Fault) -> str:
    """The draft waits; somebody does not let it out; the corrected records come out as the first revision."""
    with fault.spoil(scene, month):
        scene.begin(month)
        run = scene.asked(month)
        scene.called(fault)
        assert scene.newest(month) is None
        scene.operator.answer(run, fault.option)
        assert scene.ended(REPORT, month)["state"] == "success"
        assert scene.newest(month) is None
    scene.brought_again(fault.source, month)
    scene.published(month, "r1")
    return f"nada; borrador en espera, «{fault.option}». Después r1"


def noted(scene: Scene, month: Month, fault: Fault) -> str:
    """The draft waits; it comes out with a note, and the corrected records as a second revision."""
    with fault.spoil(scene, month):
        scene.begin(month)
        run = scene.asked(month)
        scene.called(fault)
        assert scene.newest(month) is None
        scene.operator.answer(run, fault.option, fault.note)
        scene.published(month, "r1")
        notes = (scene.place.release("r1", str(month)) / "datos" / "notas.csv").read_text(encoding="utf-8")
        assert fault.note in notes
    scene.brought_again(fault.source, month)
    scene.published(month, "r2")
    return "r1 con nota; después r2"


def undelivered(scene: Scene, month: Month, fault: Fault) -> str:
    """Published; a target lacks it until it answers again."""
    arrived = scene.mirror.folder / "mensual" / str(month) / "r1" / "manifest.json"
    with fault.spoil(scene, month):
        scene.begin(month)
        run = scene.ended(REPORT, month)
        states = scene.operator.states(REPORT, run["dag_run_id"])
        assert (states["publicar"], states["entregar"]) == ("success", "failed"), states
        scene.called(fault)
        release = scene.newest(month)
        assert release
        assert release.publicacion_id.endswith("/r1")
        assert not arrived.exists()
    scene.operator.clear(REPORT, run["dag_run_id"], "entregar")
    scene.published(month, "r1")
    assert arrived.is_file()
    return "r1; al destino llegó después"


def repeated(scene: Scene, month: Month, fault: Fault) -> str:
    """The month comes in two runs and from a terminal at once, then again in another order: one release."""
    with fault.spoil(scene, month):
        scene.begin(month)
        scene.operator.trigger(f"ingesta_{fault.source}", str(month))
        terminal = scene.command("ingest", fault.source, str(month))
        scene.published(month, "r1")
        printed, _ = terminal.communicate()
        assert terminal.returncode == 0, printed
        scene.delivered(month)
        before = _loads(month)
    with other_order(scene, month):
        scene.begin(month)
        scene.delivered(month)
        until("el segundo informe", lambda: len(scene.operator.runs(REPORT, str(month))) > 1)
        scene.published(month, "r1")
    assert _loads(month) == before
    assert not scene.place.release("r2", str(month)).exists()
    return "r1, sin intervención; la repetición no cambió nada"


def _loads(month: Month) -> list[tuple[str, str]]:
    with warehouse().connect() as connection:
        query = text("SELECT fuente, carga_id FROM control.vigencias WHERE periodo = :month ORDER BY orden")
        return [(source, load) for source, load in connection.execute(query, {"month": str(month)})]
