"""Rows of figures with their budgets."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True)
class Times:
    """How long the same thing took again and again, in milliseconds."""

    values: Sequence[float]

    @property
    def p50(self) -> float:
        return median(self.values)

    @property
    def p95(self) -> float:
        return quantiles(self.values, n=20)[-1]

    def __str__(self) -> str:
        return f"{self.p50:.1f} / {self.p95:.1f} ms"


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


class Table:
    """Prints each row as soon as it is known; "over" is nobody's failure but a fact."""

    def head(self, title: str) -> None:
        print(f"\n{title}", flush=True)

    def row(
        self,
        name: str,
        measured: object,
        value: float | None = None,
        budget: float | None = None,
        unit: str = "",
    ) -> None:
        """One figure; with a budget, `value` is compared with it."""
        verdict, wanted = "", ""
        if value is not None and budget is not None:
            verdict = "ok" if value <= budget else "over"
            wanted = f"≤ {budget:g}{unit}"
        print(f"  {name:<58} {measured!s:>26} {wanted:>12}  {verdict}".rstrip(), flush=True)


def machine() -> str:
    """How busy it is: figures of a busy machine are worth less."""
    one, five, _fifteen = os.getloadavg()
    return f"{os.cpu_count()} processors, load average {one:.1f} (1 min), {five:.1f} (5 min)"


def memory_of(pid: int) -> dict[str, float]:
    """Megabytes by name, as Linux counts them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {line.split(":")[0]: int(line.split()[1]) / 1000 for line in lines}
