"""How long the sandbox takes to start with a large world, and to answer one level of questions.

python -m benchmarks.large_world --collections 50000
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.backend import machine, output_of, sandbox, surroundings
from benchmarks.many_targets import KEY, REGISTRIES, world

TIMED = """
import sys, time
from registry_doctor.queries.answers import Answers
from registry_doctor.diagnosis.options import Options, plan_of
from registry_doctor.diagnosis.engine import diagnose_with
from registry_doctor.diagnosis.server_transport import transport_for
from registry_doctor.facts import Call
from registry_doctor.checking.plugins import load_checks
from registry_doctor.settings import read_settings
settings, options, loaded = read_settings(), Options(), load_checks()
for _ in range(int(sys.argv[1])):
    with transport_for(settings, options) as way:
        answers = Answers(way)
        call = Call("wandb-registry-r7/c11:production", "use")
        report = diagnose_with(answers, call, settings, plan_of(loaded, options), loaded, options)
        assert report.exit_code == 0, report
        print(answers.milliseconds / answers.requests)
"""


def measure(collections: int, runs: int) -> None:
    """Print both times."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "world.json"
        file.write_text(json.dumps(world(REGISTRIES, collections // REGISTRIES)), encoding="utf-8")
        start = time.perf_counter()
        with sandbox(folder, file) as base_url:
            started = time.perf_counter() - start
            environ = surroundings(base_url, folder, KEY)
            written = output_of(TIMED, str(runs), environ=environ, folder=folder)
        level = statistics.median(float(line) for line in written.split())
    sys.stdout.write(
        f"{machine()}\na world of {collections} collections in {REGISTRIES} registries, as JSON:\n"
        f"  start {started:.2f} s (aim: at most 3 s), a level {level:.0f} ms (aim: at most 50 ms)\n"
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--collections", type=int, default=50_000, metavar="N", help="how many (default: 50000)"
    )
    parser.add_argument("--runs", type=int, default=15, metavar="N", help="diagnoses (default: 15)")
    arguments = parser.parse_args()
    measure(max(REGISTRIES, arguments.collections), max(1, arguments.runs))


if __name__ == "__main__":
    main()
