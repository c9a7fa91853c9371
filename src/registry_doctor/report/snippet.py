"""The part of a fix's code that a person copies."""

from __future__ import annotations

_BEFORE, _AFTER = "# before\n", "# after\n"


def code_to_copy(snippet: str) -> str:
    r"""The code as it has to be; without the code as it was.

    >>> code_to_copy("# before\nwandb.init()\n# after\nwandb.init(entity='vision')")
    "wandb.init(entity='vision')"
    """
    _, mark, after = snippet.partition(_AFTER)
    return after if mark and snippet.startswith(_BEFORE) else snippet
