"""YAML with the position of each value, made from PyYAML's events. No object is constructed, so tags have no effect.

PyYAML's own composer is not used: it calls itself for each level, and in C that ends the process where a file nests
too deeply.
"""

from __future__ import annotations

import re
from typing import Protocol

import yaml

from registry_doctor.codebase.inputs.configurations.tree import (
    DEEPEST,
    MOST_VALUES,
    TOO_DEEP,
    BrokenConfiguration,
    ListNode,
    MappingNode,
    Node,
    PositionedText,
    Scalar,
    too_many_values,
)

MOST_INHERITED = 200_000
"""How many keys `<<` may add to other mappings; a file with more is refused."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KINDS = {"tag:yaml.org,2002:int": "integer", "tag:yaml.org,2002:null": "null"}
_TEXT = "tag:yaml.org,2002:str"
_STANDARD = "tag:yaml.org,2002:"
_MERGE = "tag:yaml.org,2002:merge"
_PROPERTIES = re.compile(r"(?:[&!]\S*(?:\s+|#.*)*)+")
"""Anchor and tag, which PyYAML counts as parts of the value."""


def read_yaml(text: PositionedText, most: int = MOST_VALUES) -> list[Node]:
    """The documents of a file with at most this many values. Raises BrokenConfiguration."""
    try:
        return _Tree(text.content, most).documents()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        place = (None, None) if mark is None else text.line_and_column(mark.index)
        raise BrokenConfiguration(
            f"not readable as YAML: {problem.problem or problem.context}", *place
        ) from None
    except yaml.reader.ReaderError as problem:
        place = text.line_and_column(min(problem.position, len(text.content)))
        raise BrokenConfiguration(
            "not readable as YAML: it contains a character that YAML does not allow", *place
        ) from None
    except (yaml.YAMLError, ValueError):
        raise BrokenConfiguration("not readable as YAML") from None
    except RecursionError:
        raise BrokenConfiguration(TOO_DEEP) from None


class _Tree:
    """Our tree from the events of PyYAML: a node with several aliases stays one node."""

    def __init__(self, content: str, most: int) -> None:
        self._content = content
        self._most = most
        self._anchors: dict[str, Node] = {}
        self._nodes = 0
        self._inherited = 0
        self._merges: list[tuple[MappingNode, list[Node]]] = []
        self._resolver = yaml.SafeLoader("")

    def documents(self) -> list[Node]:
        """The documents that are not empty."""
        found: list[Node] = []
        holders: list[_Holder] = []
        for event in yaml.parse(self._content, Loader=_LOADER):
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
            elif isinstance(event, yaml.CollectionEndEvent):
                node = holders.pop().node
                self._put(holders, found, node, None)
            elif isinstance(event, yaml.CollectionStartEvent):
                holders.append(_Holder(self._collection(event)))
                if len(holders) > DEEPEST:
                    raise BrokenConfiguration(TOO_DEEP)
            elif isinstance(event, yaml.NodeEvent):
                self._put(holders, found, *self._single(event))
        self._merge()
        return found

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > self._most:
            raise BrokenConfiguration(too_many_values(self._most))

    def _collection(self, event: yaml.CollectionStartEvent) -> ListNode | MappingNode:
        self._count()
        start = _index(event.start_mark)
        if isinstance(event, yaml.MappingStartEvent):
            node: ListNode | MappingNode = MappingNode(start=start)
        else:
            node = ListNode([], start)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _single(self, event: yaml.NodeEvent) -> tuple[Node, yaml.ScalarEvent | None]:
        """A scalar with its event, or what an alias stands for."""
        self._count()
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                problem = yaml.MarkedYAMLError(problem=f"found undefined alias {event.anchor!r}")
                problem.problem_mark = event.start_mark  # type: ignore[assignment]  # the C parser has marks of its own
                raise problem
            return self._anchors[event.anchor], None
        assert isinstance(event, yaml.ScalarEvent)  # the only other event with one value
        scalar = self._scalar(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = scalar
        return scalar, event

    def _put(
        self, holders: list[_Holder], found: list[Node], node: Node, event: yaml.ScalarEvent | None
    ) -> None:
        """Add a whole node where it belongs: a document, an item, a key or a value."""
        if not holders:
            found.append(node)
            return
        holder = holders[-1]
        into = holder.node
        if isinstance(into, ListNode):
            into.nodes.append(node)
        elif holder.key is None:
            holder.key = self._key(into, node, event)
        else:
            name, start, merges = holder.key
            holder.key = None
            if merges:
                self._merges.append((into, node.nodes if isinstance(node, ListNode) else [node]))
            else:
                into.nodes[name] = node
                into.keys[name] = start

    def _key(self, mapping: MappingNode, node: Node, event: yaml.ScalarEvent | None) -> tuple[str, int, bool]:
        """The text of a key, its start, and whether it merges other mappings in."""
        if not isinstance(node, Scalar):
            return f"?{len(mapping.nodes)}", node.start, False
        if event is None:
            return node.text, node.start, False
        merges = event.value == "<<" and self._tag(event) == _MERGE
        return event.value, _index(event.start_mark), merges

    def _merge(self) -> None:
        """Fill in the inherited keys, the innermost mapping first."""
        for mapping, bases in self._merges:
            for base in bases:
                if isinstance(base, MappingNode):
                    self._inherited += len(base.nodes)
                    if self._inherited > MOST_INHERITED:
                        raise BrokenConfiguration("its anchors expand to too many keys")
                    for name, inherited in list(base.nodes.items()):
                        mapping.nodes.setdefault(name, inherited)

    def _tag(self, event: yaml.ScalarEvent) -> str:
        if event.tag not in (None, "!"):
            return str(event.tag)
        found: str = self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]  # PyYAML has no types here
        return found

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start, end = _index(event.start_mark), _index(event.end_mark)
        if (event.anchor or event.tag) and (properties := _PROPERTIES.match(self._content, start, end)):
            start = properties.end()
        tag = self._tag(event)
        if tag == _TEXT or not tag.startswith(_STANDARD):
            return Scalar(event.value, "text", start, end)
        kind = _KINDS.get(tag)
        return Scalar(
            event.value, "integer" if kind == "integer" else "null" if kind == "null" else "other", start, end
        )


class _Holder:
    """A list or mapping that is being read."""

    def __init__(self, node: ListNode | MappingNode) -> None:
        self.node = node
        self.key: tuple[str, int, bool] | None = None
        """The key whose value comes next."""


def _index(mark: _Mark | None) -> int:
    """The offset of a mark, in characters; an event that was parsed has marks."""
    return 0 if mark is None else mark.index


class _Mark(Protocol):
    """The part of PyYAML's two classes of marks that is used."""

    @property
    def index(self) -> int: ...
