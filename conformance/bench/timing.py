"""Times of things that are to be compared: taken in turns, so that a noisy machine is noisy for all of them.

Every contestant runs once in each round, and what is compared is the median of the rounds, with the quickest and the
slowest beside it. Work that waits for nothing is measured in processor time, which other processes take no part of; the
collector of cyclic garbage rests meanwhile, for all alike.
"""

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

Contestant = Callable[[], float]
"""Works once and gives how many seconds that took: what is prepared for the work does not count."""


@dataclass(frozen=True)
class Times:
    """What the rounds took, in seconds."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        """The quickest and the slowest."""
        return min(self.rounds), max(self.rounds)


def in_turns(contestants: Mapping[str, Contestant], rounds: int) -> dict[str, Times]:
    """Let all contestants work in every round; the round that warms them up does not count."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, work in contestants.items():
            seconds = work()
            if number:
                taken[name].append(seconds)
    return {name: Times(tuple(seconds)) for name, seconds in taken.items()}


def timed(work: Callable[[], object]) -> float:
    """Processor time of one call, in seconds."""
    with undisturbed():
        began = time.process_time()
        work()
        return time.process_time() - began


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without garbage at the beginning, and without its collector until the end."""
    resting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()
