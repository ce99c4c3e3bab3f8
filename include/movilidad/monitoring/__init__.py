"""How the platforms do: a series of looks at each of them, incidents found in it, and what a month of it says.

The face of the room::

    monitoring.measure(contract, connection, now)   # one look: kept, and incidents opened or closed
    monitoring.account(contract, now)               # the account of yesterday
    monitoring.evaluate(contract, month)            # all that is known of a month

Who is told is not decided here: ``movilidad.alerts.platforms`` reads the incidents. Nor what readers see:
``movilidad.publishing.platforms`` makes a release of the evaluations.
"""

from movilidad.monitoring.daily import account
from movilidad.monitoring.evaluation import Evaluation, evaluate, measured_sources
from movilidad.monitoring.incidents import Incident
from movilidad.monitoring.keeping import open_incidents
from movilidad.monitoring.measuring import measure

__all__ = [
    "Evaluation",
    "Incident",
    "account",
    "evaluate",
    "measure",
    "measured_sources",
    "open_incidents",
]
