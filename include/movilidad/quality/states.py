"""What cleaning found out about one value: the words of every ``<field>_estado`` column."""

from enum import StrEnum


class State(StrEnum):
    """State of one field in one row. A ``cui`` field has the words of ``CuiStatus`` instead.

    Attributes:
        OK: read as the contract says.
        EMPTY: nothing was written.
        UNREADABLE: something was written that is no number, date, …
        OUT_OF_LIST: a code or name that the list does not know.
        DOUBTFUL: read, kept, and not credible (a wage outside its limits, a NIT with a wrong check character).
        AMBIGUOUS: a place name that several departments have, without a department.
        CONFLICTING: a municipality that is not in the department written beside it.
    """

    OK = "ok"
    EMPTY = "vacio"
    UNREADABLE = "ilegible"
    OUT_OF_LIST = "fuera_de_lista"
    DOUBTFUL = "dudoso"
    AMBIGUOUS = "ambiguo"
    CONFLICTING = "incongruente"
