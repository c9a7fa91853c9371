"""What makes a remark the same from one run to the next, while lines move."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from registry_doctor.codebase.report.diagnostics import Diagnostic
from registry_doctor.support.redaction import Secret, redact


def fingerprinted(
    remarks: Iterable[Diagnostic], secrets: Sequence[Secret]
) -> Iterator[tuple[Diagnostic, str]]:
    """Each remark with its fingerprint: unique, and the same wherever in the file it stands.

    It is made of the file, the code, the path and which of several equal ones it is, counted from the top.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for remark in remarks:
        file = redact(remark.place.file, secrets) if remark.place is not None else ""
        what = (file, remark.kind, remark.code or remark.text, remark.subject)
        seen[what] += 1
        key = "\0".join((*what, str(seen[what])))
        yield remark, hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
