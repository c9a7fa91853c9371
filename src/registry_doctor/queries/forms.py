"""Whether an answer has the form that W&B gives it, for answers on which a verdict about a person depends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from registry_doctor.transport import JsonValue

Form: TypeAlias = "type[str] | Mapping[str, Form] | Sequence[Form]"
"""`str`; an object with the forms of its values; or a list, with the form of its entries as the only one."""


def has_form(value: JsonValue, form: Form) -> bool:
    """Whether a value is of this form. Null may stand for everything, because a server may hide it."""
    if value is None:
        return True
    if isinstance(form, type):
        return isinstance(value, str)
    if isinstance(form, Mapping):
        return isinstance(value, dict) and all(has_form(value.get(key), each) for key, each in form.items())
    return isinstance(value, list) and all(has_form(each, form[0]) for each in value)
