"""A program, run in its own process, that executes code with calls to wandb and reports the results.

Input: a JSON list of pieces of code, executed in order. Output: a list with one of these for each piece:
`{"destination": "entity/project/collection:version", "files": [names that were downloaded]}` or `{"refusal": "Type: words"}`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def _run(code: str) -> dict[str, object]:
    """Execute one piece of code, which must set `artifact`, and `folder` if it downloads; return the result."""
    names: dict[str, object] = {}
    try:
        exec(f"import wandb\n{code}", names)
    except Exception as problem:  # every error of wandb is a result
        return {"refusal": f"{type(problem).__name__}: {problem}"}
    artifact, folder = names["artifact"], names.get("folder")
    destination = "/".join(str(getattr(artifact, part)) for part in ("entity", "project", "name"))
    files = sorted(file.name for file in Path(str(folder)).rglob("*") if file.is_file()) if folder else []
    return {"destination": destination, "files": files}


def _main() -> None:
    """Write the results to standard output, and send the output of wandb to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    json.dump([_run(code) for code in json.load(sys.stdin)], answers)


if __name__ == "__main__":
    _main()
