"""Ways to measure: several functions in turn, the time of a call, a call in a new process."""

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


def medians_in_turn(rounds: int, *functions: Callable[[], float]) -> list[float]:
    """Call each function once in each round, and return the median of the numbers that each one returned.

    Because they take turns, anything else that slows the computer down affects all of them.
    """
    results: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds):
        for function, its_results in zip(functions, results, strict=True):
            gc.collect()  # so that no function has to clean up after another
            its_results.append(function())
    return [statistics.median(its_results) for its_results in results]


def milliseconds(function: Callable[[], object]) -> float:
    """Return how many milliseconds a call takes."""
    start = time.perf_counter()
    function()
    return (time.perf_counter() - start) * 1_000


def number_from_process(module: str, argument: str, path: Path) -> float:
    """Run a module in a new process, where no earlier measurement has filled the memory; return what it prints."""
    command = [sys.executable, "-m", module, argument, str(path)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=600).stdout)


def percentile_95(values: list[float]) -> float:
    """Return the number that 95 % of the values do not exceed."""
    return statistics.quantiles(values, n=20)[-1]
