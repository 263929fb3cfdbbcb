"""What all measurements share: the machine, medians, fresh processes, a table."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent

# What every fresh process begins with: how much memory it holds, told as JSON at its end.
_PREAMBLE = """
import json, sys, time
def resident():
    with open("/proc/self/status") as file:
        lines = dict(line.split(":", 1) for line in file)
    return {name: int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon", "RssFile")}
def tell(**what):
    print("\\n@@" + json.dumps(what))
"""


@dataclass(frozen=True)
class Row:
    """One line of a table: what was measured, the figure, and what it should be.

    `met` is None where there is no target: the figure is there to be compared with.
    """

    claim: str
    figure: str
    target: str = ""
    met: bool | None = None


def show_machine(*packages: str) -> None:
    """Say on what is measured, and how busy it is with other things."""
    print(f"CPU {_cpu()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}")
    print(
        f"Python {platform.python_version()}, " + ", ".join(f"{p} {version(p)}" for p in packages)
    )
    print(f"load average before: {_load()}\n")


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.is_file() else ():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def _load() -> str:
    return "{:.1f} {:.1f} {:.1f} (1, 5 and 15 minutes)".format(*os.getloadavg())


def seconds(work: Callable[..., object], *arguments: Any, **more: Any) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work(*arguments, **more)
    return time.perf_counter() - start


def fresh(code: str, env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run code in a new Python process and return what it told by ``tell(name=value)``."""
    done = subprocess.run(
        [sys.executable, "-c", _PREAMBLE + code],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line[2:] for line in done.stdout.splitlines() if line.startswith("@@")]
    if done.returncode or not told:
        raise RuntimeError(f"The process ended with {done.returncode}:\n{done.stderr}")
    return json.loads(told[-1])


def fresh_medians(
    runs: int, codes: Mapping[str, str], env: Mapping[str, str] | None = None
) -> dict[str, dict[str, float]]:
    """Run several codes in fresh processes, in turns; return the median of every number told."""
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in codes}
    for _ in range(runs):
        for name, code in codes.items():
            told[name].append(fresh(code, env))
    return {
        name: {key: statistics.median(run[key] for run in found) for key in found[0]}
        for name, found in told.items()
    }


def show(rows: Sequence[Row]) -> None:
    """Print a table."""
    cells = [("claim", "figure", "target", "met")]
    words = {None: "", True: "yes", False: "NO"}
    cells += [(row.claim, row.figure, row.target, words[row.met]) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for at, line in enumerate(cells):
        print("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip())
        if not at:
            print("  ".join("-" * width for width in widths))
    print(f"\nload average after: {_load()}\n")
