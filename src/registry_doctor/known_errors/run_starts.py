"""Whether a message is about the start of a run, and in which entity the run was to start."""

from __future__ import annotations

import re
from collections.abc import Sequence

from registry_doctor.known_errors.catalogue import entry_named
from registry_doctor.report.explanation import Explanation

REACH = 300
"""How many lines apart the messages about one start of a run can be."""

_REQUEST = re.compile(r"upsert ?bucket|error uploading run", re.IGNORECASE)
_CODE = re.compile(r"\bwandb\w*\.init\(|\bWandbLogger\(|\binit_trackers\(")
_FILE = re.compile(r"[/\\]wandb_init\.py$")
_ENTITY = re.compile(r"""\bentity["']?\s*[=:]\s*(['"])([^'"\n]{1,128})\1""")


def names_run_start(text: str) -> bool:
    """Whether the text names the request that starts a run, or wandb's words for it."""
    return _REQUEST.search(text) is not None


def starts_run(file: str, code: str) -> bool:
    """Whether a frame of a traceback starts a run."""
    return _FILE.search(file) is not None or _CODE.search(code) is not None


def entity_in_code(code: str) -> str | None:
    """The `entity=` of a run in some lines of code, if it is a literal."""
    found = _ENTITY.search(code) if _CODE.search(code) or ".init(" in code else None
    return found[2] if found else None


def without_repeated(explanations: Sequence[Explanation]) -> list[Explanation]:
    """The explanations without those of the same refused start in other words: wandb reports it several times."""
    starts = [each for each in explanations if entry_named(each.id).run]
    return [each for each in explanations if not any(_repeats(each, start) for start in starts)]


def _repeats(each: Explanation, start: Explanation) -> bool:
    bare = each.called is None or each.called.path is None
    return bare and entry_named(each.id).run_start is not None and abs(each.line - start.line) <= REACH
