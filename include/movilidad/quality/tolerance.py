"""When bad rows are too many: a share, and never so few that one row is a large share."""

# in a dataset of a few rows one bad row is a large share: so many never alarm where any are tolerated
TOLERATED_ROWS = 3


def exceeds(bad: int, rows: int, tolerated: float) -> bool:
    """Whether ``bad`` of ``rows`` are more than the tolerated share, and more than a few."""
    return bad > (max(TOLERATED_ROWS, tolerated * rows) if tolerated else 0)
