"""Objects of the code base written as texts: by their `__str__`, else by their `__repr__`."""

from __future__ import annotations

from registry_doctor.codebase.evaluation.attributes import in_class
from registry_doctor.codebase.evaluation.choices import bounded, under
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.values import (
    Arguments,
    Function,
    Instance,
    PossibleValue,
    PossibleValues,
)


def written(interpreter: Interpreter, choices: PossibleValues, label: str) -> PossibleValues:
    """The values; an object of the code base becomes the text that it is written as, if the code tells."""
    if not any(isinstance(choice.value, Instance) for choice in choices):
        return choices
    texts: list[PossibleValue] = []
    for choice in choices:
        found = _text(interpreter, choice.value) if isinstance(choice.value, Instance) else None
        texts += under(found, [choice.condition]) if found else [choice]
    return bounded(texts, label)


def _text(interpreter: Interpreter, value: Instance) -> PossibleValues | None:
    for name in ("__str__", "__repr__"):
        for choice in in_class(interpreter, value.of, name, value) or ():
            if isinstance(choice.value, Function):
                return interpreter.returned(choice.value, Arguments())
    return None
