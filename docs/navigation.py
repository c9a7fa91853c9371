"""The order of the site's pages. A page that is in no list stands at the end, so that a new page is never lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeAlias

Entry: TypeAlias = tuple[str, "str | Sequence[Entry]"]
"""The words of an entry, and its page or the entries below it."""

REST = "More"
"""The heading of pages that no list names."""

CHECKS = "checks/"
EVIDENCE = "evidence/"

SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Start",
        (
            ("Overview", "index.md"),
            ("Quickstart", "quickstart.md"),
            ("From the Model Registry", "model-registry.md"),
        ),
    ),
    (
        "I have an error",
        (
            ("I have this error", "known-errors.md"),
            ("Explain an error or a log", "errors.md"),
            ("The report", "report.md"),
            ("Confirm with wandb", "confirming.md"),
            ("Send a diagnosis", "bundle.md"),
        ),
    ),
    (
        "Commands",
        (
            ("List", "listing.md"),
            ("Paths", "paths.md"),
            ("Link and unlink", "linking.md"),
            ("Download and log again", "downloading.md"),
            ("Access", "access.md"),
            ("Audit a registry", "auditing.md"),
            ("Completion", "completion.md"),
        ),
    ),
    (
        "Code and CI",
        (
            ("Preflight", "preflight.md"),
            ("What preflight reads", "preflight-sources.md"),
            ("Configuration", "configuration.md"),
            ("CI recipes", "ci.md"),
            ("Jobs on a cluster", "jobs.md"),
            ("Test your code", "testing-your-code.md"),
            ("Agents", "agents.md"),
        ),
    ),
    ("Checks", (("All checks", "checks/README.md"),)),
    ("Evidence", (("What is known about W&B", "evidence/README.md"),)),
    (
        "Sandbox and plugins",
        (
            ("The sandbox", "sandbox.md"),
            ("Write a check", "writing-a-check.md"),
            ("Facts", "facts.md"),
        ),
    ),
    (
        "Project",
        (
            ("How it is built", "design.md"),
            ("Performance", "performance.md"),
            ("Contributing", "contributing.md"),
            ("Security", "security.md"),
            ("Changelog", "changelog.md"),
        ),
    ),
)
"""Headings with their pages. A page that does not exist is left out."""

FOLDERS = {"Checks": CHECKS, "Evidence": EVIDENCE}
"""Headings that also take every other page of a folder."""


def navigation(pages: Collection[str]) -> list[Entry]:
    """The entries for these pages, each page once; a page that no heading takes is under `REST`."""
    left = set(pages)
    entries: list[Entry] = []
    for heading, listed in SECTIONS:
        below = [(words, page) for words, page in listed if page in left]
        left -= {page for _, page in below}
        if folder := FOLDERS.get(heading):
            more = sorted(page for page in left if page.startswith(folder))
            below += [(page.removeprefix(folder).removesuffix(".md"), page) for page in more]
            left -= set(more)
        if below:
            entries.append((heading, below))
    if left:
        entries.append((REST, [(page.removesuffix(".md"), page) for page in sorted(left)]))
    return entries
