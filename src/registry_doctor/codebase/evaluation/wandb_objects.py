"""The objects of wandb: what its functions and methods return, as far as finding calls needs it."""

from __future__ import annotations

from registry_doctor.codebase.evaluation.choices import combine, one
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.strings import as_text, joined
from registry_doctor.codebase.evaluation.values import (
    Api,
    Arguments,
    Artifact,
    Collection,
    DictValue,
    ListValue,
    PossibleValues,
    Registry,
    Run,
    RunConfig,
    Scope,
    TextValue,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.found import LiteralPart, UnknownPart

LOGS = frozenset({"log_artifact", "upsert_artifact", "finish_artifact"})
LOGGERS = frozenset({"WandbLogger", "WandBLogger", "WandbTracker"})
"""Classes of training libraries that start a run."""
_SAME_ARTIFACT = frozenset({"wait", "save", "new_draft", "link", "finalize"})
_VERSION = UnknownPart("version", "which version it is, is known only when the program runs")
_LISTED = Unknown("artifact", "which artifact it is, is known only when the program runs")


def of_package(
    interpreter: Interpreter, dotted: str, arguments: Arguments, scope: Scope
) -> PossibleValues | None:
    """A call of a function or class of wandb or of a logger for it; `None` for other calls."""
    last = dotted.rpartition(".")[2]
    if last in LOGGERS or dotted == "wandb.init":
        named = arguments.keywords
        entity, project = named.get("entity"), named.get("project")
        if dotted == "wandb.init":
            entity, project = arguments.get(0, "entity"), arguments.get(1, "project")
        run = Run(entity, project, config=RunConfig(named.get("config")))
        scope.bind("wandb.run", one(run))
        interpreter.on_run(run, scope)
        return one(run)
    if not dotted.startswith("wandb."):
        return None
    if last in ("Api", "PublicApi"):
        return one(_api(arguments))
    if last == "Artifact":
        return one(Artifact(arguments.get(1, "type")))
    if dotted.count(".") == 1:
        return of_object(Run(current=True), last, arguments)
    return None


def _api(arguments: Arguments) -> Api:
    overrides = arguments.get(0, "overrides")
    table = overrides[0].value if overrides is not None and len(overrides) == 1 else None
    if not isinstance(table, DictValue):
        return Api()
    return Api(table.get("entity"), table.get("project"), table.get("organization"))


def of_object(value: Value | None, name: str, arguments: Arguments) -> PossibleValues | None:
    """What a method of an object of wandb returns; an unknown object is judged by the name of the method."""
    if (listed := _listed(value, name, arguments)) is not None:
        return listed
    given = arguments.get(0, "artifact", "artifact_or_path", "artifact_or_name", "name")
    handed = tuple(choice for choice in given or () if isinstance(choice.value, Artifact))
    if name in LOGS:
        return handed or one(Artifact(arguments.get(2, "type")))
    if name == "use_artifact":
        return handed or one(Artifact(arguments.get(1, "type", "artifact_type"), given))
    if name == "link_artifact":
        return handed or one(Artifact())
    if name == "artifact" and isinstance(value, Api):
        return one(Artifact(arguments.get(1, "type"), given))
    if isinstance(value, Artifact) and name in _SAME_ARTIFACT:
        return one(Artifact(value.type) if name == "new_draft" else value)
    if value is None and name == "artifact":
        return one(Artifact(arguments.get(1, "type"), given)) if given is not None else None
    return None


def _listed(value: Value | None, name: str, arguments: Arguments) -> PossibleValues | None:
    """The artifacts, collections and registries that a method lists."""
    if name in ("logged_artifacts", "used_artifacts"):
        return _some(Artifact(path=one(_LISTED)))
    if isinstance(value, Api):
        return _of_api(name, arguments)
    if isinstance(value, Collection):
        return _of_collection(value, name)
    members = (
        [choice.value for item in value.values for choice in item] if isinstance(value, ListValue) else []
    )
    if isinstance(value, Registry) or any(isinstance(each, Registry) for each in members):
        if name == "versions":
            return _some(Artifact(path=one(_LISTED)))
        return _some(Collection()) if name == "collections" else None
    found = next((each for each in members if isinstance(each, Collection)), None)
    return _of_collection(found, name) if found is not None and name == "versions" else None


def _of_api(name: str, arguments: Arguments) -> PossibleValues | None:
    if name in ("artifacts", "artifact_versions"):
        return _some(Artifact(arguments.get(0, "type_name"), _one_version_of(arguments.get(1, "name"))))
    if name == "artifact_collection":
        return one(Collection(arguments.get(0, "type_name"), arguments.get(1, "name")))
    if name == "artifact_collections":
        return _some(Collection(arguments.get(1, "type_name")))
    if name == "artifact_type":
        return one(Collection(arguments.get(0, "type_name")))
    if name in ("registry", "create_registry"):
        return one(Registry())
    return _some(Registry()) if name == "registries" else None


def _of_collection(value: Collection, name: str) -> PossibleValues | None:
    if name in ("artifacts", "versions"):
        return _some(Artifact(value.type, _one_version_of(value.path)))
    if name == "collection":
        return one(Collection(value.type))
    return _some(Collection(value.type)) if name == "collections" else None


def _some(value: Value) -> PossibleValues:
    return one(ListValue((one(value),), complete=False))


def _one_version_of(path: PossibleValues | None) -> PossibleValues:
    if path is None:
        return one(_LISTED)
    return combine(
        [path],
        lambda values: joined(
            [as_text(values[0], "name"), TextValue((LiteralPart(":"),)), TextValue((_VERSION,))]
        ),
        ["name"],
    )
