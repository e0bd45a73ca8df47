"""What the benchmarks share: visits in turns, two measures of each, medians of ratios, and bounds that are kept or not.

Every round visits every contestant, every second round in reverse order; a ratio is taken inside each round, of the
time by the wall and of the time of the processors. Only medians are compared with bounds (docs/benchmarks.md).
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "var" / "bench"
TICKS = os.sysconf("SC_CLK_TCK")

sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds per unit of work."""

    wall: float
    cpu: float


Visit = Callable[[], Sample]
Found = dict[str, list[Sample]]


def alternate(visits: Mapping[str, Visit], rounds: int) -> Found:
    found: Found = {name: [] for name in visits}
    for number in range(rounds):
        for name in list(visits)[:: -1 if number % 2 else 1]:
            found[name].append(visits[name]())
    return found


def timed(work: Callable[[], object], *, units: int = 1, processes: Callable[[], float] | None = None) -> Sample:
    """Counts the processor time of this process and that of `processes`."""
    others = processes or (lambda: 0.0)
    cpu, wall = time.process_time() + others(), time.perf_counter()
    work()
    return Sample((time.perf_counter() - wall) / units, (time.process_time() + others() - cpu) / units)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as fast `above` is as `below`: the median of the rounds, and their ends."""

    wall: float
    cpu: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} [{self.least:.2f}-{self.most:.2f}], by processor time {self.cpu:.2f}"


def ratio(found: Found, fast: str, slow: str) -> Ratio:
    """The time of `slow` by that of `fast`."""
    pairs = list(zip(found[fast], found[slow], strict=True))
    walls = [below.wall / above.wall for above, below in pairs]
    cpus = [below.cpu / above.cpu for above, below in pairs if above.cpu]
    return Ratio(statistics.median(walls), statistics.median(cpus or [0.0]), min(walls), max(walls))


def middle(samples: list[Sample]) -> Sample:
    return Sample(statistics.median(s.wall for s in samples), statistics.median(s.cpu for s in samples))


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One line of the table: what was found, beside what must be and what is aimed at."""

    number: int  # of the goals in docs/benchmarks.md; 0 for others
    name: str
    found: float
    must: float
    aim: float | None = None
    at_most: bool = False  # the bound is above; otherwise it is below
    more: str = ""

    def keeps(self, bound: float) -> bool:
        return self.found <= bound if self.at_most else self.found >= bound

    @property
    def is_met(self) -> bool:
        return self.keeps(self.must)

    def line(self) -> str:
        sign = "<=" if self.at_most else ">="
        aim = "" if self.aim is None else f", aim {self.aim:g}{' reached' if self.keeps(self.aim) else ''}"
        number = f"{self.number:2}" if self.number else "  "
        word = "ok  " if self.is_met else "FAIL"
        return f"{word} {number} {self.name:58} {self.found:9.3g}  must be {sign} {self.must:g}{aim}  {self.more}"


@dataclass(slots=True)
class Report:
    """Prints as it goes and keeps all of it for the table."""

    name: str
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.notes.append(text)
        print(text, flush=True)

    def goal(self, goal: Goal) -> None:
        self.goals.append(goal)
        print(goal.line(), flush=True)

    def speeds(self, found: Found) -> None:
        for name, samples in found.items():
            one = middle(samples)
            self.say(f"{name:44} {one.wall * 1e3:10.3f} ms {one.cpu * 1e3:10.3f} ms of processors")

    def end(self) -> int:
        RESULTS.mkdir(parents=True, exist_ok=True)
        kept = {
            "name": self.name,
            "goals": [asdict(goal) | {"met": goal.is_met} for goal in self.goals],
            "notes": self.notes,
        }
        (RESULTS / f"{self.name}.json").write_text(json.dumps(kept, indent=1))
        met = all(goal.is_met for goal in self.goals)
        print("PASS" if met else "FAIL")
        return 0 if met else 1


def options(description: str, **numbers: int) -> argparse.Namespace:
    """`--rounds` and whatever else is a number with a usual value."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in {"rounds": 9, **numbers}.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=value, help="(%(default)s)")
    return parser.parse_args()


# Processor time of other processes ------------------------------------------------------------------------------


def cpu_of_group(leader: int) -> float:
    """Of a server and all that it started, as long as they live."""
    return sum(_cpu(stat) for stat in _stats() if int(stat[2]) == leader or int(stat[3]) == leader)


def cpu_of_children(parent: int) -> float:
    """Of PostgreSQL's processes: those that live, and those that have ended."""
    found = 0.0
    for pid, stat in _stats_by_pid():
        if pid == parent:
            found += sum(map(int, stat[11:15])) / TICKS  # with the children that have ended
        elif int(stat[1]) == parent:
            found += _cpu(stat)
    return found


def _cpu(stat: list[str]) -> float:
    return (int(stat[11]) + int(stat[12])) / TICKS


def _stats() -> list[list[str]]:
    return [stat for _, stat in _stats_by_pid()]


def _stats_by_pid() -> list[tuple[int, list[str]]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text()
        except OSError:  # it has just ended
            continue
        found.append((int(folder.name), text.rpartition(")")[2].split()))
    return found
