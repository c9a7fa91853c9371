"""How long `ensure_linkable` takes in a process that has wandb running already, beside the SDK's own `artifact.link`.

    python -m benchmarks.in_process --runs 15

Both are called in turn, on one sandbox, with one artifact that was fetched before.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.backend import machine, sandbox, surroundings

PROGRAM = """
import json, sys, time
import wandb
import registry_doctor
path, runs = "wandb-registry-model/detector", int(sys.argv[1])
api = wandb.Api()
artifact = api.artifact("vision/detectors/yolo:v0")
times = {"ensure_linkable": [], "artifact.link": []}
for _ in range(runs + 1):
    start = time.perf_counter()
    assert registry_doctor.ensure_linkable(path, artifact=artifact, api=api) == path
    middle = time.perf_counter()
    artifact.link(path)
    times["ensure_linkable"].append(middle - start)
    times["artifact.link"].append(time.perf_counter() - middle)
print(json.dumps({name: found[1:] for name, found in times.items()}))
"""


def measure(runs: int) -> None:
    """Print medians and the ratio; the first call of each is left out."""
    with tempfile.TemporaryDirectory() as name, sandbox(Path(name)) as base_url:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(runs)],
            env=dict(surroundings(base_url, Path(name))),
            cwd=name,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(done.stderr)
    times = json.loads(done.stdout.splitlines()[-1])
    medians = {each: statistics.median(found) for each, found in times.items()}
    lines = [machine(), f"medians of {runs} calls in one process, in turn"]
    lines += [f"  {each:16} {median * 1000:6.1f} ms" for each, median in medians.items()]
    ratio = medians["ensure_linkable"] / medians["artifact.link"]
    lines.append(f"  ensure_linkable / artifact.link  {ratio:.2f}   (aim: at most 0.2)")
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15, metavar="N", help="calls of each (default: 15)")
    measure(max(1, parser.parse_args().runs))


if __name__ == "__main__":
    main()
