"""Fingerprints: they stay the same from run to run while lines move."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from registry_doctor.codebase.report.diagnostics import Diagnostic
from registry_doctor.support.redaction import Secret, redact


def fingerprinted(
    diagnostics: Iterable[Diagnostic], secrets: Sequence[Secret]
) -> Iterator[tuple[Diagnostic, str]]:
    """Each diagnostic with its fingerprint: unique, and independent of the line.

    It is made from the file, the code, the path and the number among equal ones, counted from the top.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for diagnostic in diagnostics:
        position = diagnostic.call or diagnostic.position  # the same, wherever the text stands
        file = redact(position.file, secrets) if position is not None else ""
        what = (file, diagnostic.kind, diagnostic.code or diagnostic.text, diagnostic.subject)
        seen[what] += 1
        key = "\0".join((*what, str(seen[what])))
        yield diagnostic, hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
