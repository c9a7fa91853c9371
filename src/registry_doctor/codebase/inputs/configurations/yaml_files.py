"""YAML with the position of each value, as PyYAML composes it. No object is constructed, so tags have no effect."""

from __future__ import annotations

import re

import yaml

from registry_doctor.codebase.inputs.configurations.tree import (
    BrokenConfiguration,
    ListNode,
    MappingNode,
    Node,
    PositionedText,
    Scalar,
)

MOST_INHERITED = 200_000
"""How many keys `<<` may add to other mappings; a file with more is refused."""

_KINDS = {"tag:yaml.org,2002:int": "integer", "tag:yaml.org,2002:null": "null"}
_TEXT = "tag:yaml.org,2002:str"
_STANDARD = "tag:yaml.org,2002:"
_MERGE = "tag:yaml.org,2002:merge"
_PROPERTIES = re.compile(r"(?:[&!]\S*(?:\s+|#.*)*)+")
"""Anchor and tag, which PyYAML counts as parts of the value."""


def read_yaml(text: PositionedText) -> list[Node]:
    """The documents of a file. Raises BrokenConfiguration."""
    try:
        composed = list(yaml.compose_all(text.content, Loader=yaml.SafeLoader))
        tree = _Tree(text.content)
        return [tree.node(each) for each in composed if each is not None]
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        place = (None, None) if mark is None else text.line_and_column(mark.index)
        raise BrokenConfiguration(
            f"not readable as YAML: {problem.problem or problem.context}", *place
        ) from None
    except yaml.reader.ReaderError as problem:
        place = text.line_and_column(problem.position)
        raise BrokenConfiguration(
            "not readable as YAML: it contains a character that YAML does not allow", *place
        ) from None
    except (yaml.YAMLError, ValueError):
        raise BrokenConfiguration("not readable as YAML") from None
    except RecursionError:
        raise BrokenConfiguration("nested too deeply to be read") from None


class _Tree:
    """Our tree from the graph of PyYAML: a node with several aliases stays one node."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._known: dict[int, Node] = {}
        self._inherited = 0

    def node(self, node: yaml.Node) -> Node:
        if (known := self._known.get(id(node))) is not None:
            return known
        start = node.start_mark.index
        if isinstance(node, yaml.MappingNode):
            mapping = MappingNode(start=start)
            self._known[id(node)] = mapping
            self._fill(mapping, node)
            return mapping
        if isinstance(node, yaml.SequenceNode):
            items = ListNode([], start)
            self._known[id(node)] = items
            items.nodes += [self.node(each) for each in node.value]
            return items
        scalar = self._scalar(node)
        self._known[id(node)] = scalar
        return scalar

    def _fill(self, mapping: MappingNode, node: yaml.MappingNode) -> None:
        bases: list[Node] = []
        for key, value in node.value:
            if key.tag == _MERGE:
                merged = self.node(value)
                bases += merged.nodes if isinstance(merged, ListNode) else [merged]
            else:
                name = key.value if isinstance(key, yaml.ScalarNode) else f"?{len(mapping.nodes)}"
                mapping.nodes[name] = self.node(value)
                mapping.keys[name] = key.start_mark.index
        for base in bases:
            if isinstance(base, MappingNode):
                self._inherited += len(base.nodes)
                if self._inherited > MOST_INHERITED:
                    raise BrokenConfiguration("its anchors expand to too many keys")
                for name, inherited in list(base.nodes.items()):
                    mapping.nodes.setdefault(name, inherited)

    def _scalar(self, node: yaml.Node) -> Scalar:
        start, end = node.start_mark.index, node.end_mark.index
        if properties := _PROPERTIES.match(self._content, start, end):
            start = properties.end()
        if node.tag == _TEXT or not node.tag.startswith(_STANDARD):
            return Scalar(node.value, "text", start, end)
        kind = _KINDS.get(node.tag)
        return Scalar(
            node.value, "integer" if kind == "integer" else "null" if kind == "null" else "other", start, end
        )
