"""How long `ensure_linkable` takes in a process that has wandb running already, beside what the SDK's own link takes.

    python -m benchmarks.in_process --runs 15

Both are called in turn, on one sandbox: with an artifact that was logged and fetched before, where the SDK sends one
request (`artifact.link`), and with a draft in a run, which the SDK uploads and commits before it links (`run.link_artifact`).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.backend import machine, output_of, sandbox, surroundings

PROGRAM = """
import json, sys, time
import wandb
import registry_doctor
path, runs = "wandb-registry-model/detector", int(sys.argv[1])
times = {}
def timed(name, work):
    start = time.perf_counter()
    found = work()
    times.setdefault(name, []).append(time.perf_counter() - start)
    return found
api = wandb.Api()
logged = api.artifact("vision/detectors/yolo:v0")
with wandb.init(entity="vision", project="detectors") as run:
    for number in range(runs + 1):
        timed("logged", lambda: registry_doctor.ensure_linkable(path, artifact=logged, api=api))
        timed("artifact.link", lambda: logged.link(path))
        draft = wandb.Artifact("yolo", type="model", metadata={"number": number})
        with draft.new_file("weights") as file:
            file.write(str(number))
        timed("draft", lambda: registry_doctor.ensure_linkable(path, artifact=draft, run=run))
        timed("run.link_artifact", lambda: run.link_artifact(draft, path))
print(json.dumps({name: found[1:] for name, found in times.items()}))
"""
PAIRS = {"logged": "artifact.link", "draft": "run.link_artifact"}


def measure(runs: int) -> None:
    """Print medians and ratios; the first call of each is left out."""
    with tempfile.TemporaryDirectory() as name, sandbox(Path(name)) as base_url:
        folder = Path(name)
        written = output_of(PROGRAM, str(runs), environ=surroundings(base_url, folder), folder=folder)
    times = json.loads(written.splitlines()[-1])
    medians = {each: statistics.median(found) for each, found in times.items()}
    lines = [machine(), f"medians of {runs} calls in one process, in turn"]
    for ours, theirs in PAIRS.items():
        ratio = medians[ours] / medians[theirs]
        lines += [
            f"  ensure_linkable, {ours:6}  {medians[ours] * 1000:6.1f} ms",
            f"  {theirs:23}  {medians[theirs] * 1000:6.1f} ms",
            f"  ratio                    {ratio:6.2f}      (aim: at most 0.2)",
        ]
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
