"""What a preflight does where there is no key, as in the pull request of a fork."""

from __future__ import annotations

from collections.abc import Iterable

from registry_doctor.preflight.judging import Circumstances
from registry_doctor.preflight.targets import Target
from registry_doctor.settings import Given, NoCredentials

NOTICE = (
    "NO CREDENTIALS: the grammar of the paths alone was examined, and no server was asked. Whether registries,"
    " collections and rights are there is not known"
)


def nobody_can_ask(targets: Iterable[Target], circumstances: Circumstances) -> bool:
    """Whether neither the usual key nor one that a target names is there."""
    variables = {None, *(target.key_variable for target in targets)}
    return all(
        isinstance(circumstances.of(Given(style="argument"), variable).credentials, NoCredentials)
        for variable in variables
    )
