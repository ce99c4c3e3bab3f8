"""What the report of a platform tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from movilidad.model.periods import Month
from movilidad.monitoring.evaluation import Evaluation
from movilidad.monitoring.opportunities import Followed, Opportunity

Shares = Mapping[tuple[str, str], float]  # data set and field (or ``Total``) → share of usable cells


@dataclass(frozen=True)
class Told:
    """The protected evaluation, what to improve, what became of what was proposed before.

    Attributes:
        antes: what evaluations of earlier months said of completeness, oldest first.
    """

    evaluacion: Evaluation
    oportunidades: tuple[Opportunity, ...]
    seguimiento: tuple[Followed, ...] = ()
    antes: Mapping[Month, Shares] = field(default_factory=dict)
