"""The target paths in one document of a configuration file, with the values of their sibling keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from registry_doctor.codebase.inputs.configurations.interpolation import (
    LONGEST_TEXT,
    Resolver,
    ValuePosition,
    as_pairs,
)
from registry_doctor.codebase.inputs.configurations.key_words import (
    ARGUMENTS,
    is_command,
    is_for_people,
    values_beside,
)
from registry_doctor.codebase.inputs.configurations.tree import (
    MOST_VALUES,
    BrokenConfiguration,
    ListNode,
    MappingNode,
    Node,
    PositionedText,
    Scalar,
)
from registry_doctor.codebase.inputs.targets import OpenTarget, Target
from registry_doctor.codebase.source.found import (
    FoundComment,
    FoundText,
    Ignore,
    KnownText,
    LiteralPart,
    Location,
)
from registry_doctor.codebase.source.ignore_comments import MARK, ignore_in
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.likeness import is_url, likeness_of
from registry_doctor.domain.purpose_words import purpose_by_keys
from registry_doctor.facts.call import Call
from registry_doctor.settings import Given

_SETTING_SOURCE = "the configuration"
"""The source of entity and project, as reports name it."""

MOST_POSITIONS = 2 * MOST_VALUES
"""At how many positions the values of one document may stand: the value of an anchor stands at several."""

_PATH_HINT = re.compile(r"registry|[$%{]", re.IGNORECASE)
"""Every text that is a registry path, or resolves to one, matches this."""

_TYPE_KEYS = ("artifact_type", "type")
_ALIASES_KEYS = ("aliases", "alias")


@dataclass(frozen=True)
class _Found:
    """A path at one of its positions: the value of an anchor has several."""

    scalar: Scalar
    place: ValuePosition
    value: FoundText
    stated: Purpose | None

    @property
    def for_(self) -> Purpose:
        if self.stated is not None:
            return self.stated
        known = "".join(part.text for part in self.value.parts if isinstance(part, LiteralPart))
        return "use" if ":" in known.rpartition("/")[2] or "version=" in known else "link"


def targets_in(
    text: PositionedText, document: Node, supplied: Mapping[str, str], *, comments: bool
) -> Iterator[Target | OpenTarget]:
    """The registry paths in a document, in no particular order. Raises BrokenConfiguration. `comments`: whether the format has `#` comments."""
    resolver = Resolver(text, document, supplied)
    comments = comments and MARK in text.content
    found = [each for scalar, place in scalars_in(document) if (each := _found(resolver, scalar, place))]
    stated = {each.scalar for each in found if each.stated is not None} | resolver.referred
    context = _Context(resolver, _wandb_block(document))
    unique: dict[Target | OpenTarget, None] = {}
    for each in found:
        if each.stated is not None or each.scalar not in stated:
            unique[_target(each, text, context, comments)] = None
    yield from unique


def scalars_in(document: Node) -> Iterator[tuple[Scalar, ValuePosition]]:
    """Every scalar with each of its positions; the values of a list have the position of the list."""
    top = ValuePosition("", document if isinstance(document, MappingNode) else MappingNode())
    left: list[tuple[Node, ValuePosition]] = [(document, top)]
    seen: set[tuple[int, str]] = set()
    positions = 0
    while left:
        node, place = left.pop()
        if isinstance(node, Scalar):
            positions += 1
            if positions > MOST_POSITIONS:
                raise BrokenConfiguration(f"its aliases expand to more than {MOST_POSITIONS:,} values")
            yield node, place
            continue
        mark = (id(node), place.key)
        if mark in seen:
            continue
        seen.add(mark)
        if isinstance(node, ListNode):
            left += [(each, place) for each in reversed(node.nodes)]
        else:
            above = None if node is document else place
            left += [(each, ValuePosition(key, node, above)) for key, each in reversed(node.nodes.items())]


def _found(resolver: Resolver, scalar: Scalar, place: ValuePosition) -> _Found | None:
    if scalar.kind != "text" or len(scalar.text) > LONGEST_TEXT or not _PATH_HINT.search(scalar.text):
        return None
    if is_command(place.key, scalar.text):
        return None
    value = resolver.value(scalar, place)
    pairs = as_pairs(value.parts)
    likeness = likeness_of(pairs)
    if likeness == "none":
        return None
    beside = values_beside(place.mapping)
    if place.above is not None and place.above.key in ARGUMENTS:
        beside += values_beside(place.above.mapping)
    stated = purpose_by_keys([key for key in place.keys if key], beside)
    if likeness == "possible" and stated is None:
        return None
    if is_url("".join(text for text, _ in pairs)) and is_for_people(place.key):
        return None
    return _Found(scalar, place, value, stated)


class _Context:
    """Entity, project, type and aliases in the sibling keys of a path."""

    def __init__(self, resolver: Resolver, block: ValuePosition | None) -> None:
        self._resolver = resolver
        self._block = block

    def beside(self, place: ValuePosition, keys: tuple[str, ...]) -> FoundText | None:
        """The text under the first of these keys that exists in the same mapping."""
        for key in keys:
            node = place.mapping.nodes.get(key)
            if isinstance(node, Scalar) and node.kind == "text":
                return self._resolver.value(node, ValuePosition(key, place.mapping, place.above))
        return None

    def of_run(self, place: ValuePosition, key: str) -> FoundText | None:
        """Entity or project: from a sibling key, else from the only block of the document that configures wandb."""
        own = self.beside(place, (key,))
        return own if own is not None or self._block is None else self.beside(self._block, (key,))

    def aliases(self, place: ValuePosition) -> tuple[str, ...]:
        """The aliases that are known."""
        for key in _ALIASES_KEYS:
            node = place.mapping.nodes.get(key)
            nodes = node.nodes if isinstance(node, ListNode) else [node]
            texts = [each.text for each in nodes if isinstance(each, Scalar) and each.kind == "text"]
            if texts:
                return tuple(text for text in texts if "$" not in text and "{" not in text)
        return ()


def _target(found: _Found, text: PositionedText, context: _Context, comments: bool) -> Target | OpenTarget:
    location = Location(text.file, None, *text.line_and_column(found.scalar.start))
    value, for_ = found.value, found.for_
    if not isinstance(value, KnownText):
        return OpenTarget(location, for_, value.template, "; ".join(value.reasons), value.names)
    entity = context.of_run(found.place, "entity")
    project = context.of_run(found.place, "project")
    type_ = context.beside(found.place, _TYPE_KEYS)
    given = Given(entity=_known(entity), project=_known(project), style="argument")
    if given.entity is not None or given.project is not None:
        given = Given(
            entity=given.entity, project=given.project, style="argument", place_option=_SETTING_SOURCE
        )
    unknown = None if entity is None or isinstance(entity, KnownText) else "; ".join(entity.reasons)
    return Target(
        location,
        Call(
            value.text,
            for_,
            type=_known(type_),
            aliases=context.aliases(found.place) if for_ == "link" else (),
        ),
        given,
        unknown,
        parts=value.parts,
        ignores=ignores_of(text, found.scalar) if comments else (),
    )


def _known(value: FoundText | None) -> str | None:
    return value.text if isinstance(value, KnownText) else None


def _wandb_block(document: Node) -> ValuePosition | None:
    """The only mapping that configures wandb and has an entity: `wandb:`, or the arguments of a `WandbLogger`."""
    found: dict[int, ValuePosition] = {}
    for _, place in scalars_in(document):
        above = place.above
        if "entity" not in place.mapping.nodes:
            continue
        named = above is not None and above.key.lower() in ("wandb", "wandb_init", "wandb_args")
        holders = [place.mapping] + ([above.mapping] if above is not None else [])
        logger = any(
            (holder.text(key) or "").endswith(("WandbLogger", "wandb.init"))
            for holder in holders
            for key in ("class_path", "_target_")
        )
        if named or logger:
            found[id(place.mapping)] = place
    return next(iter(found.values())) if len(found) == 1 else None


def comments_in(text: PositionedText) -> Iterator[FoundComment]:
    """All ignore comments of a file whose format has `#` comments, wherever they stand."""
    if MARK not in text.content:
        return
    for number, line in enumerate(text.content.splitlines(), start=1):
        begin = _COMMENT_BEGIN.search(line)
        comment = None if begin is None else ignore_in(line[begin.start() :], number, alone=False)
        if comment is not None:
            yield FoundComment(text.file, None, Ignore(comment.codes, comment.reason, number))


_COMMENT_BEGIN = re.compile(r"(?:^|(?<=\s))#\s*registry-doctor:")


def ignores_of(text: PositionedText, scalar: Scalar) -> tuple[Ignore, ...]:
    """The ignore comments after a value, or by themselves on the line above it."""
    line, _ = text.line_and_column(scalar.start)
    end_line, end_column = text.line_and_column(scalar.end)
    above = text.line(line - 1).strip()
    comments = [
        ignore_in(above, line - 1, alone=True) if above.startswith("#") else None,
        ignore_in(text.line(end_line)[end_column - 1 :], end_line, alone=False),
    ]
    return tuple(Ignore(each.codes, each.reason, each.line) for each in comments if each is not None)
