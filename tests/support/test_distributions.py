"""What a distribution says of itself is what `importlib.metadata` reads."""

from __future__ import annotations

from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from registry_doctor.support.distributions import name_of, version_of

HEADS = {
    "plain": "Metadata-Version: 2.1\nName: my-checks\nVersion: 1.0\n\n# My checks\n",
    "a description that speaks of versions": "Name: my-checks\nVersion: 1.0\nSummary: s\n\nVersion: 9.9\nName: other\n",
    "other headers that end alike": "Metadata-Version: 2.1\nAuthor-Name: me\nName: my-checks\nVersion: 1.0\n\n",
    "spaces": "Name:   my-checks  \nVersion:\t1.0 \n\n",
    "lower case": "name: my-checks\nversion: 1.0\n\n",
    "on the next line": "Name:\n my-checks\nVersion:\n 1.0\n\n",
    "carriage returns": "Name: my-checks\r\nVersion: 1.0\r\n\r\nVersion: 9.9\r\n",
}


@pytest.mark.parametrize("file", ["METADATA", "PKG-INFO"])
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_name_and_version_are_read_from_the_head(head: str, file: str, tmp_path: Path) -> None:
    """However it is written."""
    (tmp_path / file).write_bytes(head.encode())
    found = Distribution.at(tmp_path)
    assert (name_of(found), version_of(found)) == (found.name.strip(), found.version.strip())
    assert version_of(found) == "1.0"


def test_all_that_is_installed_is_read_as_python_reads_it() -> None:
    """Whoever built it."""
    found = list(distributions())
    assert [(name_of(each), version_of(each)) for each in found] == [
        (each.name, each.version) for each in found
    ]
