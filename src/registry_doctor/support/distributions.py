"""Name and version of an installed distribution, read from the head of its metadata.

`importlib.metadata` would parse the whole file, with the project's description, for each value.
"""

from __future__ import annotations

import re
from importlib.metadata import Distribution

DISTRIBUTION = "wandb-registry-doctor"
"""The name of this project's own distribution."""


DOCUMENTATION: str | None = None
"""The address of the site that `make site` builds, without a slash at the end; `None` while it has no address.

The one place to write it; `Documentation` in `[project.urls]` names the same.
"""


def page_address(page: str) -> str:
    """The URL of a page such as `docs/checks/RD302.md`; without one, its path where the package is installed.

    >>> page_address("docs/checks/RD302.md")
    'registry_doctor/docs/checks/RD302.md'
    """
    return page_url(page) or f"registry_doctor/{page}"


def page_url(page: str) -> str | None:
    """The URL of a page, whose anchor is kept; `None` while the site has no address."""
    if DOCUMENTATION is None:
        return None
    path, _, anchor = page.removeprefix("docs/").partition("#")
    name = path.removesuffix(".md").removesuffix("README")
    return f"{DOCUMENTATION}/{name}{'/' * (not name.endswith('/'))}" + (f"#{anchor}" if anchor else "")


def check_url(code: str) -> str | None:
    """The URL of a check's page; `None` for a plugin's code, whose page is not on the site, and without an address.

    >>> check_url("RD302"), check_url("MY001")
    (None, None)
    """
    return page_url(f"docs/checks/{code}.md") if re.fullmatch(r"RD\d{3}", code) else None


def page_uri(page: str | None, version: str | None) -> str:
    """The same as a URI, of the project itself without a page: a package URL while the project has no address.

    >>> page_uri("docs/checks/RD302.md", "0.1.0")
    'pkg:pypi/wandb-registry-doctor@0.1.0#registry_doctor/docs/checks/RD302.md'
    """
    if DOCUMENTATION:
        return (page and page_url(page)) or DOCUMENTATION
    package = f"pkg:pypi/{DISTRIBUTION}" + (f"@{version}" if version else "")
    return f"{package}#{page_address(page)}" if page else package


def name_of(distribution: Distribution) -> str:
    """Its name, as `importlib.metadata` reads it."""
    return _header(distribution, "Name") or distribution.name.strip()


def version_of(distribution: Distribution) -> str:
    """Its version, as `importlib.metadata` reads it."""
    return _header(distribution, "Version") or distribution.version.strip()


def _header(distribution: Distribution, name: str) -> str | None:
    """A value on one line of the head; None if it is not there in this form, so that the full parser must decide."""
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    found = re.search(rf"^{name}:[ \t]*(\S+)[ \t]*$", text.partition("\n\n")[0], re.MULTILINE)
    return found[1] if found else None
