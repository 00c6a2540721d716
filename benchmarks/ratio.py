"""A ratio with its bar, and measuring two things side by side."""

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ratio:
    """One line of the table."""

    what: str
    against: str
    ours: float
    """In `unit`."""
    theirs: float
    """In `unit`."""
    unit: str
    bar: float
    """What ours / theirs may be at most; or must be at least, where `at_least`."""
    at_least: bool = False

    @property
    def value(self) -> float:
        """Ours by theirs."""
        return self.ours / self.theirs

    @property
    def holds(self) -> bool:
        """Whether the bar is kept."""
        return self.value >= self.bar if self.at_least else self.value <= self.bar


def side_by_side(rounds: int, *things: Callable[[], float]) -> list[float]:
    """Measure each thing once a round, one after the other; return the median of each."""
    measured: list[list[float]] = [[] for _ in things]
    for _ in range(rounds):
        for place, thing in enumerate(things):
            gc.collect()  # what one left behind is not the next one's to tidy up
            measured[place].append(thing())
    return [statistics.median(each) for each in measured]


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long an act takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1_000


def in_a_process(module: str, what: str, path: Path) -> float:
    """Return the number that a module prints; what one thing leaves in memory slows down nothing else there."""
    command = [sys.executable, "-m", module, what, str(path)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=600).stdout)


def percentile_95(values: list[float]) -> float:
    """Return the value that 95 % of the values do not exceed."""
    return statistics.quantiles(values, n=20)[-1]


def table(ratios: list[Ratio]) -> str:
    """Return the lines of the table, as Markdown."""
    lines = ["| what | against | ours | theirs | ratio | bar | |", "|---|---|---|---|---|---|---|"]
    for ratio in ratios:
        bar = f"{'≥' if ratio.at_least else '≤'} {ratio.bar:.3g}"
        numbers = f"{ratio.ours:.3g} {ratio.unit} | {ratio.theirs:.3g} {ratio.unit} | {ratio.value:.3g} | {bar}"
        lines.append(f"| {ratio.what} | {ratio.against} | {numbers} | {'holds' if ratio.holds else 'MISSED'} |")
    return "\n".join(lines)
