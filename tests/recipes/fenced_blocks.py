"""The fenced blocks of a page, by the heading above them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"^(?P<fence>```)(?P<language>\w*)$|^#+ (?P<heading>.+)$")


@dataclass(frozen=True)
class Block:
    """One block: where it stands and what is in it."""

    heading: str
    language: str
    text: str


def blocks_of(page: Path) -> list[Block]:
    """All blocks, in order."""
    found: list[Block] = []
    heading, language = "", None
    lines: list[str] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        match = _LINE.match(line)
        if language is not None:
            if line == "```":
                found.append(Block(heading, language, "\n".join(lines) + "\n"))
                language, lines = None, []
            else:
                lines.append(line)
        elif match and match["fence"]:
            language = match["language"]
        elif match:
            heading = match["heading"]
    return found


def the(page: list[Block], heading: str, language: str, index: int = 0) -> str:
    """The text of one block of a page."""
    return [each.text for each in page if (each.heading, each.language) == (heading, language)][index]


_ROOT = Path(__file__).parents[2]
CI = blocks_of(_ROOT / "docs" / "ci.md")
MODEL_REGISTRY = blocks_of(_ROOT / "docs" / "model-registry.md")
GUIDE = blocks_of(_ROOT / "docs" / "preflight.md")
README = [block for block in blocks_of(_ROOT / "README.md") if block.heading == "Use 3: in CI"]
