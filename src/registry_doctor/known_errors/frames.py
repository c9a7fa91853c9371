"""The call of wandb that raised an exception, with its objects, read from the frames of the traceback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import FrameType

from registry_doctor.known_errors.code_lines import METHODS_BY_NAME
from registry_doctor.report.explanation import Called

_PATH_NAMES = ("target_path", "artifact_or_name", "name")
_MODULES = {
    "link_artifact": ".wandb_run",
    "link_model": ".wandb_run",
    "use_artifact": ".wandb_run",
    "use_model": ".wandb_run",
    "link": ".artifact",
    "artifact": ".api",
}
"""How the names of wandb's modules with these methods end, in all SDK versions."""

MOST_FRAMES = 2000
MOST_EXCEPTIONS = 100


@dataclass(frozen=True)
class FailedCall:
    """A call as wandb received it."""

    called: Called
    owner: object
    """The `wandb.Run`, `wandb.Api` or `wandb.Artifact` whose method it is."""
    artifact: object = None
    """The `wandb.Artifact` that was to be linked."""


def failed_call(error: BaseException) -> FailedCall | None:
    """The outermost call of wandb in the traceback of an exception, or of one that led to it."""
    for each in connected(error):
        for frame in _frames(each):
            found = _call(frame)
            if found is not None:
                return found
    return None


def connected(error: BaseException) -> Iterator[BaseException]:
    """The exception, its causes and contexts, hidden ones too, and the members of groups; each once."""
    left, seen = [error], set[int]()
    while left and len(seen) < MOST_EXCEPTIONS:
        each = left.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        members = getattr(each, "exceptions", ())
        others = [*(members if isinstance(members, (tuple, list)) else ()), each.__context__, each.__cause__]
        left.extend(other for other in others if isinstance(other, BaseException))


def _frames(error: BaseException) -> Iterator[FrameType]:
    traceback, count = error.__traceback__, 0
    while traceback is not None and count < MOST_FRAMES:
        yield traceback.tb_frame
        traceback, count = traceback.tb_next, count + 1


def _call(frame: FrameType) -> FailedCall | None:
    name = frame.f_code.co_name
    module = frame.f_globals.get("__name__")
    if name not in _MODULES or not isinstance(module, str):
        return None
    if not (module.startswith("wandb.") and module.endswith(_MODULES[name])):
        return None
    values: Mapping[str, object] = frame.f_locals
    method, for_ = METHODS_BY_NAME[name]
    path = next((values[each] for each in _PATH_NAMES if isinstance(values.get(each), str)), None)
    takes_path = not name.endswith("_model")
    type_ = values.get("type")
    called = Called(
        method,
        for_,
        path if takes_path and isinstance(path, str) else None,
        type_ if for_ == "use" and isinstance(type_, str) else None,
    )
    owner = values.get("self")
    artifact = owner if name == "link" else values.get("artifact") if name == "link_artifact" else None
    return FailedCall(called, owner, artifact)
