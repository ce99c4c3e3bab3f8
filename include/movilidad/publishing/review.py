"""Quality control on the way of a release: its inputs before they are counted, its tables before protection."""

from movilidad.publishing.candidate import folder_of, load
from movilidad.publishing.editions import edition_of
from movilidad.publishing.stages import TABLES


def review_core(candidate: str) -> str:
    """Judge what a candidate is made of; give its id back. A DataError if a critical rule failed."""
    prepared = load(candidate)
    edition_of(prepared.serie).review(prepared)
    return candidate


def review_tables(candidate: str) -> str:
    """Judge the finished tables of a candidate before anything is hidden; give its id back.

    A DataError if a critical rule failed.
    """
    prepared = load(candidate)
    edition = edition_of(prepared.serie)
    edition.review_tables(prepared, edition.read(folder_of(candidate) / TABLES))
    return candidate
