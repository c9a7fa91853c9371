"""Runs code that calls wandb and tells what came of it: a program for a process of its own.

In: a JSON list of pieces of code, which run one after the other. Out: a list with one of these for each:
`{"place": "entity/project/collection:version", "files": [names that were downloaded]}` or `{"refusal": "Type: words"}`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def run(code: str) -> dict[str, object]:
    """What comes of one piece of code, which leaves `artifact` behind, and `folder` if it downloads."""
    names: dict[str, object] = {}
    try:
        exec(f"import wandb\n{code}", names)
    except Exception as problem:  # whatever wandb raises is what the person sees
        return {"refusal": f"{type(problem).__name__}: {problem}"}
    artifact, folder = names["artifact"], names.get("folder")
    place = "/".join(str(getattr(artifact, part)) for part in ("entity", "project", "name"))
    files = sorted(file.name for file in Path(str(folder)).rglob("*") if file.is_file()) if folder else []
    return {"place": place, "files": files}


def main() -> None:
    """Answer on the real standard output, and send what wandb prints elsewhere."""
    answers, sys.stdout = sys.stdout, sys.stderr
    json.dump([run(code) for code in json.load(sys.stdin)], answers)


if __name__ == "__main__":
    main()
