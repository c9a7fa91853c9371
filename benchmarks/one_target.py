"""How long one target takes: the doctor, the same questions through `wandb.Api`, and bare `requests`, cold each.

    python -m benchmarks.one_target --runs 15

Each run starts a process of each kind, one after the other, so that what else the machine does falls on all alike. The
sandbox that they ask is a process of its own. The naive script asks through the SDK what the doctor reports: the
organization, the registry with its accepted types, the collection and its type, the artifact. The bare one only sends as many requests as
the doctor does.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.backend import machine, sandbox, surroundings

ARTIFACT = "vision/detectors/yolo:v0"
TARGETS = {
    "right": "wandb-registry-model/detector",
    "wrong": "vision/wandb-registry-model/detector",
}

DOCTOR = ("-m", "registry_doctor", "doctor", "--artifact", ARTIFACT, "--format", "json")

NAIVE = """
import sys, wandb
from wandb.errors import CommError
registry_name, collection_name = sys.argv[1].split("/")[-2:]
api = wandb.Api()
organization = api.organization()
registry = api.registry(registry_name.removeprefix("wandb-registry-"), organization=organization.name)
accepted = None if registry.allow_all_artifact_types else list(registry.artifact_types)
source = api.artifact(sys.argv[2])
found = {each.name: each.type for each in registry.collections(filter={"name": collection_name})}
assert accepted is None or source.type in accepted
assert found.get(collection_name, source.type) == source.type
"""

BARE = """
import os, sys, requests
for _ in range(int(sys.argv[1])):
    requests.post(
        os.environ["WANDB_BASE_URL"] + "/graphql",
        json={"query": "query Bare { viewer { username } }"},
        auth=("api", os.environ["WANDB_API_KEY"]),
    ).raise_for_status()
"""


@dataclass(frozen=True)
class Subject:
    """One of the programs that are compared."""

    name: str
    arguments: tuple[str, ...]
    status: int = 0
    """The exit status that it has to have."""

    def seconds(self, environ: Mapping[str, str], folder: Path) -> float:
        """How long a cold run takes."""
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, *self.arguments], env=dict(environ), cwd=folder, capture_output=True, text=True
        )
        took = time.perf_counter() - start
        if done.returncode != self.status:
            raise SystemExit(f"{self.name} ended with {done.returncode}: {done.stderr or done.stdout}")
        return took


def requests_of_the_doctor(target: str, environ: Mapping[str, str], folder: Path) -> int:
    """How many requests the doctor's own report counts."""
    done = subprocess.run(
        [sys.executable, *DOCTOR, target], env=dict(environ), cwd=folder, capture_output=True, text=True
    )
    count: int = json.loads(done.stdout)["requests"]["count"]
    return count


def measure(runs: int) -> None:
    """Run all programs, interleaved, and print medians and ratios."""
    with tempfile.TemporaryDirectory() as name, sandbox(Path(name)) as base_url:
        folder = Path(name)
        environ = surroundings(base_url, folder)
        lines = [machine(), f"medians of {runs} cold, interleaved runs"]
        for kind, target in TARGETS.items():
            count = requests_of_the_doctor(target, environ, folder)
            doctor = Subject("doctor", (*DOCTOR, target), 0 if kind == "right" else 1)
            naive = Subject("wandb.Api", ("-c", NAIVE, target, ARTIFACT))
            bare = Subject("bare requests", ("-c", BARE, str(count)))
            subjects = (doctor, naive, bare)
            times: dict[str, list[float]] = {each.name: [] for each in subjects}
            for _ in range(runs):
                for each in subjects:
                    times[each.name].append(each.seconds(environ, folder))
            medians = {each: statistics.median(found) for each, found in times.items()}
            lines += ["", f"{kind} target, {target}: {count} requests"]
            lines += [
                f"  {each:14} {median * 1000:7.0f} ms   (fastest {min(times[each]) * 1000:.0f} ms)"
                for each, median in medians.items()
            ]
            lines += [
                f"  doctor / bare requests  {medians['doctor'] / medians['bare requests']:5.2f}   (aim: at most 1.4)",
                f"  doctor / wandb.Api      {medians['doctor'] / medians['wandb.Api']:5.2f}   (aim: at most 0.2)",
            ]
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--runs", type=int, default=11, metavar="N", help="runs of each program (default: 11)"
    )
    measure(max(1, parser.parse_args().runs))


if __name__ == "__main__":
    main()
