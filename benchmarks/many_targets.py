"""How long the preflight of many targets takes, how many requests and how much memory, beside `wandb.Api`.

    python -m benchmarks.many_targets --targets 10000 [--delay 100]

Half of the targets are links and half are uses, in 200 registries, in files of twenty calls. The naive script asks the
same of a hundred of them through the SDK, in one process with one `wandb.Api`; its time is multiplied. With a delay every
answer of the sandbox comes that many milliseconds later, for both.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.backend import delay_answers, machine, output_of, sandbox, surroundings

KEY = "k" * 40
REGISTRIES = 200
CALLS_IN_A_FILE = 20
SAMPLE = 100
"""How many targets the naive script asks for."""

NAIVE = """
import sys, time, wandb
api = wandb.Api(overrides={"entity": "vision"})
lines = sys.stdin.read().split()
start = time.perf_counter()
for path in lines:
    registry_name, collection_name = path.partition(":")[0].split("/")
    if ":" in path:
        api.artifact(path).files(per_page=1)[0]
        continue
    registry = api.registry(registry_name.removeprefix("wandb-registry-"), organization="Acme")
    accepted = None if registry.allow_all_artifact_types else list(registry.artifact_types)
    found = {each.name: each.type for each in registry.collections(filter={"name": collection_name})}
    assert accepted is None or "model" in accepted
    assert found.get(collection_name, "model") == "model"
print(time.perf_counter() - start)
"""


@dataclass(frozen=True)
class Measured:
    """One preflight."""

    targets: int
    seconds: float
    requests: int
    megabytes: float


def world(registries: int, collections: int) -> dict[str, object]:
    """An organization with this many registries, and this many collections in each."""
    version = {"source": "vision/p/a:v0", "aliases": ["production"]}
    return {
        "users": [{"username": "bob", "api_keys": [KEY], "default_entity": "vision"}],
        "orgs": [{"name": "Acme", "entity": "acme_X", "members": {"bob": "admin"}}],
        "teams": [{"name": "vision", "org": "Acme", "members": {"bob": "admin"}}],
        "artifacts": [{"path": "vision/p/a", "type": "model", "versions": [{"files": {"a": "b"}}]}],
        "registries": [
            {
                "org": "Acme",
                "name": f"r{registry}",
                "collections": [
                    {"name": f"c{number}", "type": "model", "versions": [version]}
                    for number in range(collections)
                ],
            }
            for registry in range(registries)
        ],
    }


def paths(count: int, collections: int) -> list[str]:
    """Distinct targets, uses and links in turn."""
    found = []
    for number in range(count):
        registry, collection = divmod(number, collections)
        version = ":production" if number % 2 else ""
        found.append(f"wandb-registry-r{registry}/c{collection}{version}")
    return found


def write_tree(folder: Path, targets: Sequence[str]) -> None:
    """Python files that link to and use these targets."""
    folder.mkdir()
    for start in range(0, len(targets), CALLS_IN_A_FILE):
        lines = [
            "import wandb",
            'with wandb.init(entity="vision", project="p") as run:',
            '    model = wandb.Artifact("a", type="model")',
        ]
        for path in targets[start : start + CALLS_IN_A_FILE]:
            call = f'use_artifact("{path}")' if ":" in path else f'link_artifact(model, "{path}")'
            lines.append(f"    run.{call}")
        (folder / f"job{start}.py").write_text("\n".join(lines) + "\n", encoding="utf-8")


def preflight(folder: Path, targets: Sequence[str], environ: Mapping[str, str]) -> Measured:
    """Run the command on a tree of these targets, in a process of its own."""
    tree, report = folder / f"tree{len(targets)}", folder / "report.json"
    write_tree(tree, targets)
    child = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], capture_output=True, text=True)\n"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
        "sys.stderr.write(done.stdout + done.stderr)\n"
    )
    command = [sys.executable, "-m", "registry_doctor", "preflight", str(tree), "-o", f"json:{report}"]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", child, *command], env=dict(environ), cwd=folder, capture_output=True, text=True
    )
    took = time.perf_counter() - start
    status, kilobytes = (int(word) for word in done.stdout.split())
    if status:
        raise SystemExit(f"the preflight ended with {status}: {done.stderr}")
    document = json.loads(report.read_text(encoding="utf-8"))
    assert len(document["reports"]) == len(targets)
    return Measured(len(targets), took, document["requests"]["count"], kilobytes / 1024)


def naive(targets: Sequence[str], environ: Mapping[str, str], folder: Path) -> float:
    """Seconds that the SDK takes for each of these targets, in a process that is running already."""
    written = output_of(NAIVE, environ=environ, folder=folder, given="\n".join(targets))
    return float(written.split()[-1]) / len(targets)


def measure(most: int, delay: int) -> None:
    """Print a row for each number of targets, and the ratio to the SDK."""
    collections = max(1, -(-most // REGISTRIES))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "world.json"
        file.write_text(json.dumps(world(REGISTRIES, collections)), encoding="utf-8")
        start = time.perf_counter()
        with sandbox(folder, file) as base_url:
            sys.stdout.write(
                f"{machine()}\nsandbox with {REGISTRIES * collections} collections: "
                f"{time.perf_counter() - start:.1f} s to start; {delay} ms added to each answer\n\n"
                "targets  seconds  ms a target  requests  MB\n"
            )
            environ = surroundings(base_url, folder, KEY)
            if delay:
                delay_answers(base_url, delay / 1000)
            each = naive(paths(most, collections)[:: max(1, most // SAMPLE)][:SAMPLE], environ, folder)
            count = 1
            while count <= most:
                found = preflight(folder, paths(count, collections), environ)
                sys.stdout.write(
                    f"{found.targets:7}  {found.seconds:7.2f}  {found.seconds / count * 1000:11.2f}"
                    f"  {found.requests:8}  {found.megabytes:3.0f}\n"
                )
                sys.stdout.flush()
                last, count = found, count * 10
            sys.stdout.write(
                f"\nwandb.Api: {each * 1000:.1f} ms a target; the doctor takes 1/{each * last.targets / last.seconds:.0f}"
                f" of it for {last.targets} targets (aim: at most 1/200, 60 requests, 150 MB)\n"
            )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--targets", type=int, default=10_000, metavar="N", help="the most (default: 10000)")
    parser.add_argument(
        "--delay", type=int, default=0, metavar="MS", help="milliseconds added to each answer (default: 0)"
    )
    options = parser.parse_args()
    measure(max(1, options.targets), max(0, options.delay))


if __name__ == "__main__":
    main()
