"""`wandb-registry path`, and the functions behind it: taking paths apart and putting them together."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from registry_doctor.cli.path import path
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.path_tools import (
    ImpossibleName,
    NoPathInside,
    build_path,
    notation,
    parse_path,
    path_from_url,
)
from registry_doctor.domain.target_path import MalformedPath, TargetPath

APP = "https://wandb.ai"
SELECTION = "selectionPath=acme%2Fwandb-registry-Fine-tuned%20Models%2Fphi%203"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(path, arguments, prog_name="path")


@pytest.mark.parametrize(
    ("text", "for_", "kind", "meant", "status"),
    [
        ("wandb-registry-model/detector", "use", "registry", "wandb-registry-model/detector", 0),
        ("Acme R/wandb-registry-F t/c:v0", "use", "registry", "Acme R/wandb-registry-F t/c:v0", 0),
        ("model/detector:best", "use", "project", "wandb-registry-model/detector:best", 1),
        ("a/Wandb_Registry_model/c", "use", "project", "a/wandb-registry-model/c", 1),
        ("wandb-registry-model/c:v1", "link", "registry", "wandb-registry-model/c", 1),
        ("/wandb-registry-model/c", "use", "registry", "wandb-registry-model/c", 1),
        ("a/b/c/d", "use", None, "a/wandb-registry-c/d", 1),
        (f"{APP}/x?selectionPath=a%2Fwandb-registry-b%2Fc", "use", "name", "a/wandb-registry-b/c:latest", 1),
        ("wandb-registry-model", "use", "name", None, 1),
        ("<org>/wandb-registry-model/c", "use", "registry", None, 1),
        ("vision/model-registry/c", "use", "project", "vision/model-registry/c", 1),
        ("", "use", "name", None, 1),
    ],
)
def test_a_path_is_read_as_wandb_does_and_as_it_was_meant(
    text: str, for_: Purpose, kind: str | None, meant: str | None, status: int
) -> None:
    """The last line of the text is what was meant, and JSON tells the same; the status says whether both agree."""
    done, data = (
        run("parse", "--for", for_, "--", text),
        run("parse", "--format", "json", "--for", for_, "--", text),
    )
    found = json.loads(data.stdout)
    assert (found["read_as"], found["path"], found["ok"]) == (kind, meant, status == 0)
    assert done.exit_code == data.exit_code == status
    assert done.stdout.splitlines()[-1] == (
        meant or "The intended path is unknown; compare the input with the examples of --help."
    )
    assert bool(found["reasons"]) == (status == 1)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Acme/wandb-registry-m/c:v3",
            {
                "organization": "Acme",
                "entity": None,
                "registry": "m",
                "version": "v3",
                "version_kind": "version",
            },
        ),
        (
            "vision/detectors/yolo:best",
            {"organization": None, "entity": "vision", "registry": None, "version_kind": "alias"},
        ),
        ("wandb-registry-m/c", {"organization": None, "version": None, "version_kind": None}),
    ],
)
def test_what_stands_before_a_registry_is_an_organization_and_elsewhere_an_entity(
    text: str, parts: dict[str, str | None]
) -> None:
    """The parts have the names that they have in W&B."""
    found = json.loads(run("parse", "--format", "json", text).stdout)["parts"]
    assert {name: found[name] for name in parts} == parts


def test_nothing_in_a_path_acts_on_the_terminal() -> None:
    """Control characters are shown as escapes, in every line."""
    assert "\x1b" not in run("parse", "a\x1b[2J/wandb-registry-b\x1b/c\x07").stdout


def test_parsing_raises_wandb_s_words() -> None:
    """The library's function corrects nothing."""
    assert parse_path("model/c:v0") == TargetPath("c", "model", None, "v0")
    with pytest.raises(MalformedPath, match="Invalid artifact path: 'a/b/c/d'"):
        parse_path("a/b/c/d")


@pytest.mark.parametrize(
    ("arguments", "built"),
    [
        (("--registry", "model", "--collection", "c"), "wandb-registry-model/c"),
        (("--registry", "wandb-registry-model", "--collection", "c"), "wandb-registry-model/c"),
        (
            ("--registry", "F t", "--collection", "ü 1", "--org", "A B", "--version", "v2"),
            "A B/wandb-registry-F t/ü 1:v2",
        ),
        (
            ("--registry", "wandb-registry-wandb-registry-x", "--collection", "c"),
            "wandb-registry-wandb-registry-x/c",
        ),
    ],
)
def test_a_path_is_built_out_of_names(arguments: tuple[str, ...], built: str) -> None:
    """A registry may be named with its prefix."""
    done = run("build", *arguments)
    assert (done.exit_code, done.stdout, done.stderr) == (0, built + "\n", "")
    assert json.loads(run("build", "--format", "json", *arguments).stdout)["path"] == built


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"registry": ""}, "the registry is empty"),
        ({"registry": "wandb-registry-"}, "the registry is empty"),
        ({"registry": "a/b"}, "contains '/'"),
        ({"registry": "50%"}, "contains '%', and this name must not contain any of / "),
        ({"registry": "r" * 114}, "114 characters, and at most 113 are allowed"),
        ({"collection": ""}, "the collection is empty"),
        ({"collection": "c:v0"}, "contains ':'"),
        ({"collection": "c" * 129}, "129 characters, and at most 128 are allowed"),
        ({"organization": "A/B"}, "use its entity name"),
        ({"organization": ""}, "the organization is empty"),
        ({"version": "a:b"}, "the version or alias 'a:b' contains ':'"),
        ({"version": ""}, "the version or alias is empty"),
    ],
)
def test_names_that_cannot_be_are_refused_with_the_rule(names: dict[str, str], words: str) -> None:
    """In the library by an exception, on the command line with exit status 1 and nothing on standard output."""
    all_names = {"registry": "r", "collection": "c", **names}
    with pytest.raises(ImpossibleName) as refused:
        build_path(**all_names)
    assert words in str(refused.value)
    options = {"organization": "org"}
    arguments = [f"--{options.get(name, name)}={value}" for name, value in all_names.items()]
    done = run("build", *arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr


def test_what_is_possible_and_unlikely_is_pointed_out() -> None:
    """A space at the end and a placeholder are allowed, and noted on standard error."""
    done = run("build", "--registry", "model ", "--collection", "<collection>")
    assert (done.exit_code, done.stdout) == (0, "wandb-registry-model /<collection>\n")
    assert "'model '" in done.stderr
    assert "'<collection>'" in done.stderr


@pytest.mark.parametrize(
    ("url", "use", "link"),
    [
        (
            f"{APP}/orgs/Acme/registry/F?{SELECTION}&view=membership&version=v3",
            "acme/wandb-registry-Fine-tuned Models/phi 3:v3",
            "acme/wandb-registry-Fine-tuned Models/phi 3",
        ),
        ("registry:///Acme/model/c:v1", "Acme/wandb-registry-model/c:v1", "Acme/wandb-registry-model/c"),
        (
            f"{APP}/vision/detectors/artifacts/model/yolo/v3",
            "vision/detectors/yolo:v3",
            "vision/detectors/yolo",
        ),
        ("wandb-artifact:///vision/detectors/yolo:v3", "vision/detectors/yolo:v3", "vision/detectors/yolo"),
        (
            f"{APP}/vision/registry/model?selectionPath=vision%2Fmodel-registry%2Fc",
            "vision/model-registry/c:latest",
            "vision/model-registry/c",
        ),
    ],
)
def test_an_address_leads_to_a_path(url: str, use: str, link: str) -> None:
    """A fetch has a version, a link none; the address of an ordinary project gives its own path."""
    assert (path_from_url(url), path_from_url(url, "link")) == (use, link)
    assert run("from-url", url).stdout == f"{use}\n"
    assert run("from-url", "--for", "link", url).stdout == f"{link}\n"
    assert ("outside any registry" in run("from-url", url).stderr) == ("wandb-registry-" not in use)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("wandb-registry-model/c", "neither an address of the W&B app nor a URI"),
        (f"{APP}/orgs/a/registry/b", "the registry 'b' and no collection"),
        ("https://example.com/", "names no registry"),
        ("https://[", "names no registry"),
    ],
)
def test_an_address_without_a_path_is_refused(url: str, words: str) -> None:
    """The message says what is missing."""
    with pytest.raises(NoPathInside) as refused:
        path_from_url(url)
    assert words in str(refused.value)
    done = run("from-url", url)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr


@given(st.text(max_size=60), st.sampled_from(["link", "use"]))
def test_no_text_makes_the_interpretation_fail(text: str, for_: Purpose) -> None:
    """What can stay as it is parses to a registry."""
    found = notation(text, for_)
    assert not found.is_registry_path or TargetPath.parse(text).registry


NAMES = st.text(
    st.characters(exclude_characters="/\\#?%:\r\n", exclude_categories=["Cs"]), min_size=1, max_size=30
)


@given(NAMES, NAMES, st.none() | NAMES, st.none() | NAMES)
def test_what_was_built_is_taken_apart_again(
    registry: str, collection: str, organization: str | None, version: str | None
) -> None:
    """Building and parsing are inverse."""
    built = build_path("wandb-registry-" + registry, collection, organization=organization, version=version)
    parts = parse_path(built)
    assert (parts.registry, parts.collection, parts.prefix, parts.version) == (
        registry,
        collection,
        organization,
        version,
    )
