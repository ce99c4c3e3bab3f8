"""Does a platform's clock go right? One that is wrong puts records of midnight into the wrong month."""

from datetime import UTC, datetime, timedelta

from movilidad.sources.reader import Place

_TOLERATED = timedelta(minutes=5)


def note_skew(place: Place, theirs: datetime) -> None:
    """Leave a note if the platform's clock is off by more than five minutes; one note is enough."""
    skew = theirs - datetime.now(UTC)
    if abs(skew) <= _TOLERATED or any("reloj" in note for note in place.notes):
        return
    minutes = round(abs(skew).total_seconds() / 60)
    ahead = "adelantado" if skew > timedelta(0) else "atrasado"
    place.notes.append(
        f"el reloj de la plataforma va {minutes:,} minutos {ahead}: registros de la última medianoche del mes"
        " pueden quedar en otro mes"
    )
