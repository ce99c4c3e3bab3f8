"""Months played one after the other on one scene; one line for each.

python -m chaos.job PLATFORMS SOCKET DATABASE RESULTS SEED...
"""

import json
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from publishing_support import write_plainly

from chaos.judgement import End, told_wrong
from chaos.lines import line_of
from chaos.month import MonthPlayed, NeverEndsError
from chaos.scene import Scene, scene
from chaos.schedule import MONTH, Fault, draw
from chaos.steps import Step, preload, way
from movilidad.model.periods import Period
from movilidad.publishing.calendar import load_calendar
from movilidad.stack.processes import interrupt_on_sigterm

_BEFORE = timedelta(days=2)  # the month is ready so long before its announced minute


@dataclass(frozen=True)
class Result:
    """What came of a seed; ``said`` is what attempts said that did not succeed."""

    seed: int
    faults: tuple[str, ...]
    wrong: tuple[str, ...]
    said: tuple[str, ...]
    attempts: int
    seconds: float

    def __str__(self) -> str:
        how = "MAL" if self.wrong else "BIEN"
        lines = [f"semilla {self.seed}: {how}, {self.attempts} intentos, {self.seconds:.1f} s"]
        lines += [f"    · {fault}" for fault in self.faults]
        if self.wrong:
            lines += [*(f"    ✗ {each}" for each in self.wrong), *(f"      {each}" for each in self.said)]
        return "\n".join(lines)


@dataclass
class Player:
    """Plays months on a scene.

    Attributes:
        acts: every step → its acts when nothing is wrong.
        expected: what a month leaves in which nothing was wrong.
    """

    scene: Scene
    way: list[list[Step]]
    announced: datetime
    acts: dict[str, int] = field(default_factory=dict)
    expected: End | None = None

    def quiet(self) -> None:
        """The month that all others are compared with."""
        begun = time.monotonic()
        month = self._month(0, ())
        month.play(self.way)
        assert not month.failures, month.failures
        assert not month.troubled, month.troubled
        assert not told_wrong(month), told_wrong(month)
        self.acts, self.expected = month.counted, End.of(self.scene)
        files, seconds = len(self.expected.visible), time.monotonic() - begun
        print(f"mes sin averías: {files} archivos, {sum(self.acts.values())} actos, {seconds:.1f} s", flush=True)  # noqa: T201

    def play(self, seed: int) -> Result:
        """The month of a seed."""
        assert self.expected
        begun = time.monotonic()
        attempts = {step.name: step.attempts for steps in self.way for step in steps}
        speaking = [name for name in attempts if line_of(name)]
        faults = draw(seed, attempts, speaking, disk=self.scene.has_disk)
        month = self._month(seed, faults)
        try:
            month.play(self.way)
            wrong = [*End.of(self.scene).differences(self.expected), *told_wrong(month)]
        except NeverEndsError as error:
            wrong = [str(error)]
        finally:
            self.scene.settle(faults)
        seconds = round(time.monotonic() - begun, 1)
        said = (*month.troubled, *map(str, month.failures))
        return Result(seed, tuple(map(str, faults)), tuple(wrong), said, month.attempts, seconds)

    def _month(self, seed: int, faults: tuple[Fault, ...]) -> MonthPlayed:
        self.scene.renew()
        return MonthPlayed(self.scene, faults, self.acts, seed, self.announced - _BEFORE, self.announced)


def main(platforms: Path, socket: str, database: str, results: Path, seeds: list[int]) -> bool:
    """Play; gives whether all months ended right."""
    interrupt_on_sigterm()
    with scene(platforms, socket, database) as found, pytest.MonkeyPatch.context() as patch:
        write_plainly(patch)
        preload()
        if not found.has_disk:
            print("sin permiso de montar un disco propio: la avería «disco lleno» no se juega", flush=True)  # noqa: T201
        announced = load_calendar().entry("mensual", Period.of_month(MONTH)).momento
        player = Player(found, way(MONTH), announced)
        player.quiet()
        right = True
        for seed in seeds:
            result = player.play(seed)
            print(result, flush=True)  # noqa: T201
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(vars(result), ensure_ascii=False) + "\n")
            right = right and not result.wrong
    return right


if __name__ == "__main__":
    where, server, name, file, *numbers = sys.argv[1:]
    sys.exit(0 if main(Path(where), server, name, Path(file), [int(each) for each in numbers]) else 1)
