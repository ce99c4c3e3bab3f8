"""What is examined before a release comes out, by the names under which the findings are kept."""

from movilidad.publishing.candidate import Candidate
from movilidad.quality.findings.finding import CORE, EVALUATION, TABLES


def examined_for(candidate: Candidate) -> list[str]:
    """Its sources, all of them together and the finished tables; of evaluations what they themselves say."""
    if candidate.serie == "plataformas":
        return [EVALUATION]
    return [*sorted({each.fuente for each in candidate.entradas}), CORE, TABLES]
