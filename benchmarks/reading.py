"""What a preflight without a server takes, against reading and parsing every Python file, and against vulture.

    python -m benchmarks.reading FOLDER ... --runs 3

For each folder the programs run in turns, so that other load on the machine affects all of them equally. Processor
time counts, less that of the same program on an empty folder. vulture is measured if it is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

PARSE = """
import ast, os, sys, warnings
warnings.simplefilter("ignore")
for folder, folders, files in os.walk(sys.argv[1]):
    folders[:] = [each for each in folders if not each.startswith(".")]
    for name in files:
        if name.endswith(".py"):
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            try:
                ast.parse(data)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
"""

PROGRAMS: dict[str, tuple[str, ...]] = {
    "parse": ("-c", PARSE),
    "preflight": ("-m", "registry_doctor", "preflight", "--offline", "--no-config"),
    "vulture": ("-m", "vulture"),
}


def processor_seconds(program: Sequence[str], folder: Path) -> float:
    """The processor time of one run on a folder."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *program, str(folder)], env=outside, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure the named folders and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    there = [name for name in PROGRAMS if name != "vulture" or importlib.util.find_spec("vulture")]
    with tempfile.TemporaryDirectory() as empty:
        start = {name: processor_seconds(PROGRAMS[name], Path(empty)) for name in there}
    lines = [f"| folder | {' | '.join(f'{name} s' for name in there)} | preflight / parse |"]
    lines.append("|---" * (len(there) + 2) + "|")
    for folder in options.folders:
        taken: dict[str, list[float]] = {name: [] for name in there}
        for _ in range(options.runs):
            for name in there:
                taken[name].append(processor_seconds(PROGRAMS[name], folder) - start[name])
        middle = {name: statistics.median(each) for name, each in taken.items()}
        ratio = middle["preflight"] / max(middle["parse"], 0.001)
        seconds = " | ".join(f"{middle[name]:.2f}" for name in there)
        lines.append(f"| {folder.name} | {seconds} | {ratio:.1f} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
