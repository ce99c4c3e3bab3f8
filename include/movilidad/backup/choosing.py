"""Which state a restore brings back: that of a backup, or of a moment between two of them."""

from dataclasses import dataclass
from datetime import datetime

from movilidad.backup.record import Backup, Continuous, Entry
from movilidad.model.errors import UsageError


@dataclass(frozen=True)
class Choice:
    """A state that can be brought back.

    Attributes:
        moment: what the warehouse knew then comes back.
        files: the backup whose files and key come back; not older than ``moment``, since files only grow.
        dumps: the newest backup not after ``moment``; its dumps hold the databases that ``base`` does not.
        base: the server that is led up to ``moment`` by the log ``wal``; None where the dumps are what comes back.
    """

    moment: datetime
    files: Backup
    dumps: Backup
    base: Continuous | None = None
    wal: tuple[Entry, ...] = ()

    def entries(self) -> list[Entry]:
        """Every content that is needed."""
        base = self.base.base if self.base else []
        dumps = [each.archivo for each in self.dumps.bases.values()]
        return [*self.files.files(), *dumps, *base, *self.wal]


def choose(backups: list[Backup], until: datetime | None) -> Choice:
    """The newest state that is not after ``until``; without it, the newest there is.

    Raises:
        UsageError: there is no backup, or the first one is younger.
    """
    if not backups:
        raise UsageError(
            "en esa carpeta no hay ningún respaldo", remedy="indique la que se dio a «movilidad backup»"
        )
    if until is None or until >= backups[-1].momento:
        return Choice(backups[-1].momento, backups[-1], backups[-1])
    earlier = [backup for backup in backups if backup.momento <= until]
    if not earlier:
        raise UsageError(
            f"el respaldo más antiguo es del {backups[0].name}", remedy="indique un momento posterior en --until"
        )
    following = backups[len(earlier)]
    base = next((each for each in reversed(earlier) if _leads_to(each, following, until)), None)
    if base is None:
        return Choice(earlier[-1].momento, earlier[-1], earlier[-1])
    between = backups[backups.index(base) + 1 : len(earlier) + 1]
    wal = tuple(entry for each in between if each.continuo for entry in each.continuo.wal)
    return Choice(until, following, earlier[-1], base.continuo, wal)


def _leads_to(base: Backup, following: Backup, until: datetime) -> bool:
    one, other = base.continuo, following.continuo
    return bool(one and other and one.sistema == other.sistema and one.termino <= until)
