"""`wandb.config`: what `wandb.init(config=…)` gives is its default; a sweep or a launch may replace it."""

from __future__ import annotations

from dataclasses import replace

from registry_doctor.codebase.evaluation.attributes import attribute
from registry_doctor.codebase.evaluation.choices import bounded, one, under
from registry_doctor.codebase.evaluation.external_values import marked_all, plain_text
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.values import (
    Arguments,
    Class,
    DictValue,
    External,
    Instance,
    ParsedArguments,
    PossibleValue,
    PossibleValues,
    Run,
    RunConfig,
    Scope,
    Unknown,
    Value,
)


def config_of(interpreter: Interpreter, owner: Value, scope: Scope) -> RunConfig | None:
    """The configuration of a run, or of the current one; `None` if the object has none."""
    if isinstance(owner, Run) and not owner.current:
        return owner.config
    if not isinstance(owner, Run) and owner != External("wandb"):
        return None
    current = [choice.value for choice in scope.find("wandb.run") or ()] or interpreter.runs_of(scope)
    found = {each.config for each in current if isinstance(each, Run)}
    return (found.pop() if len(found) == 1 else None) or RunConfig()


def of_config(
    interpreter: Interpreter, config: RunConfig, name: str, arguments: Arguments
) -> PossibleValues | None:
    """`wandb.config.name(…)`."""
    if name == "get" and (key := plain_text(arguments.get(0, "key"))) is not None:
        default = arguments.get(1, "default")
        found = _given(interpreter, config, key)
        if found is None and default is not None:
            found = default
        return in_config(interpreter, config, key) if found is None else marked_all(found, (key,))
    if name in ("as_dict", "copy", "items", "values", "keys"):
        return one(_table(config))
    return None


def in_config(interpreter: Interpreter, config: RunConfig, name: str) -> PossibleValues:
    """`wandb.config.name` and `wandb.config["name"]`."""
    found = _given(interpreter, config, name)
    if found is None:
        reason = f"`wandb.config.{name}` is known only when the program runs"
        return one(Unknown(name, reason, (name,)))
    return marked_all(found, (name,))


def _given(interpreter: Interpreter, config: RunConfig, name: str) -> PossibleValues | None:
    added = DictValue(config.added).get(name)
    if added is not None:
        return added
    choices: list[PossibleValue] = []
    for choice in config.given or ():
        value = choice.value
        if isinstance(value, DictValue):
            found = value.get(name)
        elif isinstance(value, (Instance, Class, ParsedArguments)):
            found = attribute(interpreter, value, name)
        else:
            found = None
        if found is None:
            return None
        choices += under(found, [choice.condition])
    return bounded(choices, name) or None


def _table(config: RunConfig) -> DictValue:
    given = config.given[0].value if config.given is not None and len(config.given) == 1 else None
    entries = given.entries if isinstance(given, DictValue) else ()
    return DictValue((*entries, *config.added), complete=False)


def extended(config: RunConfig, arguments: Arguments) -> RunConfig:
    """The configuration after `config.update(…)`."""
    added = list(config.added)
    given = config.given
    for choices in arguments.positional[:1]:
        value = choices[0].value if len(choices) == 1 else None
        if isinstance(value, DictValue):
            added += value.entries
        elif given is None and isinstance(value, (Instance, ParsedArguments)):
            given = choices
    added += [(name, value) for name, value in arguments.keywords.items() if name != "allow_val_change"]
    return RunConfig(given, tuple(added))


def rebind(scope: Scope, before: RunConfig, after: RunConfig) -> None:
    """Let every name of this scope that means the configuration, or its run, mean the changed one."""
    for name, choices in list(scope.names.items()):
        changed = tuple(PossibleValue(_after(each.value, before, after), each.condition) for each in choices)
        if changed != choices:
            scope.names[name] = changed


def _after(value: Value, before: RunConfig, after: RunConfig) -> Value:
    if value == before:
        return after
    if isinstance(value, Run) and value.config == before:
        return replace(value, config=after)
    return value
