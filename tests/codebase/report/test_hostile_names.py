"""Names that try to be more than names: in no format do they change anything but the name."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from html import unescape
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from registry_doctor.codebase.report.json import LocatedReports
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.report.model import Report
from tests.codebase.report.conftest import KEY, RENDERERS, Preflights

HOSTILE = [
    "::error::",
    "  ::error file=a.py,line=1::boo",
    "##[error]boo",
    "a ##[group]b",
    "##vso[task.setvariable variable=x]y",
    "]]>",
    "]]><failure/>",
    "<script>alert(1)</script>",
    "<!-- -->",
    "&lt;&#0;",
    "%0A::error::boo",
    "%25%0D",
    "a\nb\r\n::error::boo",
    "\x1b[31mred\x1b[0m\x07",
    "\u202eevil\u2066\u200b\u2028",
    "| a | b |",
    "`code` ``` ~~~",
    "**bold** _it_ # head",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example www.evil.example a@b.example",
    "@team #1 :smile:",
    "</details></table>",
    "{0} {REGISTRY}",
    "a\0b",
    "\udc80\ud800",
    "\ufffe\uffff",
    "",
    " ",
    "\"'\\",
    "C:\\a,b:c=d;e",
    "模型/é",
    f"vision/{KEY}",
]
"""Ordinary names, so that a difference is the name's doing."""
PLAIN = "vision/wandb-registry-model/detector"

NAMES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(),
    st.text("::error,=%0A\n\r"),
    st.text("<>&]['\"/!-ab "),
    st.text("|`*_[]()#@!\\<>:&;w./ht\n-+1"),
)

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def of(name: str) -> PreflightReport:
    """A report with the name in every place that can have a text of others."""
    return Preflights().one(name)


def json_shape(value: object) -> object:
    """The value without its texts and numbers."""
    if isinstance(value, dict):
        return {key: json_shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [json_shape(each) for each in value]
    return type(value).__name__


def xml_shape(element: ElementTree.Element) -> object:
    """The element without its texts."""
    return element.tag, sorted(element.attrib), [xml_shape(each) for each in element]


def markdown_shape(written: str) -> list[str]:
    """The tags that a reader of Markdown makes of it, without the texts."""
    html = re.sub(r"<!--.*?-->", "", MARKDOWN.render(written), flags=re.DOTALL)
    return re.findall(r"<[^>]*>", html)


def commands(written: str) -> list[str]:
    """Name and properties of each line, as GitHub's runner reads it; a line that is no command is an error."""
    return [re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)[1] for line in written.split("\n")]  # type: ignore[index]  # fails the test


@pytest.mark.parametrize("format_", RENDERERS)
@settings(deadline=None)
@given(name=NAMES)
def test_no_name_is_invisible_or_acts_on_a_terminal_or_a_log(format_: str, name: str) -> None:
    """Nothing unprintable is left but line ends, no line begins with a command, and none has one within."""
    written = RENDERERS[format_](of(name))
    assert not [char for char in written if not char.isprintable() and char != "\n"]
    written.encode("utf-8")
    if format_ != "github":
        assert not re.search(r"^\s*::", written, re.MULTILINE)
    assert not re.search(r"##\w*\[", written)


@settings(deadline=None)
@given(name=NAMES)
def test_text_has_the_same_lines_whatever_the_name(name: str) -> None:
    """No name makes a line of its own."""
    assert RENDERERS["text"](of(name)).count("\n") == RENDERERS["text"](of(PLAIN)).count("\n")


@settings(deadline=None)
@given(name=NAMES)
def test_every_line_for_github_is_the_command_that_was_meant(name: str) -> None:
    """Names open no property and no message, and end no line."""
    written = RENDERERS["github"](of(name))
    assert commands(written) == commands(RENDERERS["github"](of(PLAIN)))
    for line in written.split("\n"):
        properties = line.split("::")[1].partition(" ")[2].split(",")
        assert [each.partition("=")[0] for each in properties] in (
            ["title"],
            ["file", "title"],
            ["file", "line", "title"],
            ["file", "line", "col", "title"],
        )


@settings(deadline=None)
@given(name=NAMES)
def test_markdown_has_the_same_structure_whatever_the_name(name: str) -> None:
    """No tag, link, image, heading, table cell or emphasis comes of a name."""
    assert markdown_shape(RENDERERS["markdown"](of(name))) == markdown_shape(RENDERERS["markdown"](of(PLAIN)))


@settings(deadline=None)
@given(name=NAMES)
def test_markdown_mentions_nobody(name: str) -> None:
    """In finished text, outside code, there is no `@` and no `#` before a name."""
    html = re.sub(r"<code>.*?</code>", "", MARKDOWN.render(RENDERERS["markdown"](of(name))), flags=re.DOTALL)
    assert not re.search(r"[@#]\w", unescape(html))


@pytest.mark.parametrize("format_", ["gitlab", "sarif"])
@settings(deadline=None)
@given(name=NAMES)
def test_json_formats_have_the_same_shape_whatever_the_name(format_: str, name: str) -> None:
    """Rules, results and places are the same."""
    written, plain = (RENDERERS[format_](Preflights().one(each, "src/a.py")) for each in (name, PLAIN))
    assert json_shape(json.loads(written)) == json_shape(json.loads(plain))


@settings(deadline=None)
@given(name=NAMES)
def test_xml_has_the_same_shape_whatever_the_name(name: str) -> None:
    """It parses, and has the same elements."""
    shape = xml_shape(ElementTree.fromstring(RENDERERS["junit"](of(name))))
    assert shape == xml_shape(ElementTree.fromstring(RENDERERS["junit"](of(PLAIN))))


@pytest.mark.parametrize("format_", RENDERERS)
@pytest.mark.parametrize("name", HOSTILE)
def test_the_same_report_is_the_same_text(format_: str, name: str) -> None:
    """Byte for byte."""
    assert RENDERERS[format_](of(name)) == RENDERERS[format_](of(name))


@pytest.mark.parametrize("format_", RENDERERS)
def test_no_format_shows_a_key(format_: str) -> None:
    """Wherever it was pasted: in paths, files, messages, reasons, comments and notes."""
    written = RENDERERS[format_](of(f"{KEY}/x"))
    assert KEY not in written
    assert KEY not in re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), written)
    assert "0002" in written


@pytest.mark.parametrize("format_", RENDERERS)
def test_a_name_of_a_megabyte_is_cut(format_: str) -> None:
    """No format becomes much longer than with a name that could be real."""
    assert len(RENDERERS[format_](Preflights().one("x" * 1_000_000, "src/a.py"))) < 100_000


@pytest.mark.parametrize("name", HOSTILE)
def test_json_keeps_names_to_the_letter(report: Report, name: str) -> None:
    """All but keys; and the text can be written in UTF-8."""
    preflight = of(name)
    stream = io.StringIO()
    with LocatedReports() as reports:
        for each in preflight.judged:
            reports.add(each.target, replace(report, target=replace(report.target, input=name)))
        reports.write(preflight, stream)
    stream.getvalue().encode("utf-8")
    assert not re.search(r"##\w*\[", stream.getvalue())
    document = json.loads(stream.getvalue())
    expected = name.replace(KEY, "****0002")
    assert [each["target"]["input"] for each in document["reports"]] == [expected] * 2
    assert document["open"][0]["template"] == document["reports"][0]["location"]["file"] == expected
