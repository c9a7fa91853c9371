"""Every registry link and use in a code base, found before anything runs, and whether each will work.

The package itself can be called: `registry_doctor.preflight("src")` is `preflight.library.preflight`.
"""

from __future__ import annotations

from registry_doctor.callable_modules import make_callable


def _preflight(*args: object, **keywords: object) -> object:
    from registry_doctor.preflight.library import preflight  # imported here: the help needs none of it

    return preflight(*args, **keywords)  # type: ignore[arg-type]  # the function itself says what it takes


make_callable(__name__, _preflight)
