"""When a message may go out: at once if it is critical, else outside of quiet hours."""

from collections.abc import Callable
from datetime import datetime

from movilidad.alerts.audience import Recipient
from movilidad.alerts.configuration import Configuration
from movilidad.alerts.impact import calendar


def earliest(configuration: Configuration, when: datetime, *, critical: bool) -> Callable[[Recipient], datetime]:
    """The first moment from ``when`` on at which a recipient may be told."""
    dates = calendar()

    def moment(recipient: Recipient) -> datetime:
        quiet = configuration.quiet_of(recipient.persona)
        return when if critical or quiet is None else quiet.ends(when, dates)

    return moment
