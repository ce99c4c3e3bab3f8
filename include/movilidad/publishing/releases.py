"""The way of a release, as tasks and scripts call it: prepare, compute, protect, render, audit, publish."""

from datetime import date

from movilidad.model.periods import Month, Period
from movilidad.publishing.embargo import begin, minute_of
from movilidad.publishing.explaining import explain
from movilidad.publishing.publication import publish
from movilidad.publishing.review import review_core, review_tables
from movilidad.publishing.schedule import schedule
from movilidad.publishing.signoff import apply, decide, needed
from movilidad.publishing.stages import audit_draft, compute_tables, prepare, protect_tables, render
from movilidad.publishing.withdrawal import withdraw

__all__ = [
    "apply",
    "audit_draft",
    "begin",
    "build",
    "compute_tables",
    "decide",
    "explain",
    "minute_of",
    "needed",
    "prepare",
    "protect_tables",
    "publish",
    "render",
    "review_core",
    "review_tables",
    "schedule",
    "withdraw",
]


def build(series: str, span: Month | Period, today: date) -> str:
    """All stages up to the draft, one after the other; give the id of the release."""
    counted = review_tables(compute_tables(review_core(prepare(series, span, today))))
    return audit_draft(render(protect_tables(counted)))
