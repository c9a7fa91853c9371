"""How long one diagnosis takes where each answer takes 100 ms longer, beside one request at that distance.

    python -m benchmarks.far_server --runs 9

The sandbox delays every answer (its `delay` fault). The other program sends one `requests.post`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.backend import delay_answers, machine, sandbox, surroundings
from benchmarks.one_target import BARE, DOCTOR, Subject

DELAY = 0.1
CASES = {
    "right": ("wandb-registry-model/detector", 0, 2.3),
    "misspelt, verified": ("wandb-registry-modle/detector", 1, 3.3),
}
"""Target, exit status, and the ratio that is aimed at."""


def measure(runs: int) -> None:
    """Print medians and ratios of interleaved cold runs, less what a process without any delay takes."""
    with tempfile.TemporaryDirectory() as name, sandbox(Path(name)) as base_url:
        folder = Path(name)
        environ = surroundings(base_url, folder)
        delay_answers(base_url, DELAY)
        one = Subject("one request", ("-c", BARE, "1"))
        lines = [
            machine(),
            f"medians of {runs} cold, interleaved runs, {DELAY * 1000:.0f} ms added to each answer",
        ]
        for kind, (target, status, aim) in CASES.items():
            doctor = Subject("doctor", (*DOCTOR, target), status)
            found: dict[str, list[float]] = {"doctor": [], "one request": []}
            for _ in range(runs):
                for each in (doctor, one):
                    found[each.name].append(each.seconds(environ, folder))
            ours, theirs = statistics.median(found["doctor"]), statistics.median(found["one request"])
            lines.append(
                f"  {kind:20} {ours * 1000:6.0f} ms, one request {theirs * 1000:6.0f} ms:"
                f" {ours / theirs:.2f}   (aim: at most {aim})"
            )
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=9, metavar="N", help="runs of each (default: 9)")
    measure(max(1, parser.parse_args().runs))


if __name__ == "__main__":
    main()
