"""`wandb-registry ls`: lists with ready paths, page after page, from a local backend."""

from __future__ import annotations

import csv
import json
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import pytest
from click.testing import CliRunner, Result

from registry_doctor.browse.browser import browse
from registry_doctor.browse.model import CannotAsk, RegistryRow
from registry_doctor.cli.ls import ls
from registry_doctor.sandbox import Sandbox
from registry_doctor.support.redaction import Secret
from registry_doctor.transport import (
    Answer,
    Basic,
    Deadline,
    FailureKind,
    HttpTransport,
    JsonValue,
    TransportFailure,
)
from tests.places import ACME_WORLD

KEYS = {
    "bob": "b0b0000000000000000000000000000000000002",
    "carol": "ca201000000000000000000000000000000000c3",
    "erin": "e2140000000000000000000000000000000000e5",
    "frank": "f2a4b00000000000000000000000000000000f06",
    "tess": "7e550000000000000000000000000000000000aa",
}
ACME = "acme-robotics_X7Q2"
MODEL = f"{ACME}/wandb-registry-model"
MANY = 250

ODD = {
    "users": [{"username": "tess", "api_keys": [KEYS["tess"]], "default_entity": "twin"}],
    "orgs": [{"name": "twin", "entity": "twin_H4SH", "members": {"tess": "member"}}],
    "teams": [{"name": name, "org": "twin", "members": {"tess": "member"}} for name in ("twin", "bulk")],
    "artifacts": [
        {"path": "twin/model/yolo", "type": "model", "versions": [{"files": {"a": "a"}}]},
        {
            "path": "bulk/bulk/part",
            "type": "dataset",
            "versions": [{"files": {"a": str(n)}} for n in range(MANY)],
        },
        *(
            {"path": f"bulk/many/c{n:03}", "type": "model", "versions": [{"files": {"a": "a"}}]}
            for n in range(MANY)
        ),
    ],
    "registries": [
        {"org": "twin", "name": "model", "collections": [{"name": "kept", "type": "model", "versions": []}]},
        {"org": "twin", "name": "sealed", "visibility": "restricted", "teams": {"twin": "admin"}},
        {"org": "twin", "name": "odd\x1b[2J name"},
        {"org": "twin", "name": "bare", "accepted_types": ["model", "x y"], "members": {"tess": "viewer"}},
    ],
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(ACME_WORLD) as started:
        started.add_world(ODD)
        yield started


@pytest.fixture
def run(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return Run(monkeypatch)


class Pretended:
    """A server that knows one person of one organization, and answers all else as a test says, by number."""

    def __init__(self, answer: Callable[[int], dict[str, JsonValue]]) -> None:
        self._answer = answer
        self._asked = 0

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        self._asked += 1
        organizations: JsonValue = [{"name": "O", "orgEntity": {"name": "o"}}]
        viewer: JsonValue = {"id": "1", "username": "u", "entity": "u", "organizations": organizations}
        return Answer({"q0": viewer} if "viewer" in document else self._answer(self._asked), (), 200, 0.0)


def page_of(rows: Sequence[Mapping[str, JsonValue]], cursor: str | None = None) -> dict[str, JsonValue]:
    """The answer with these collections."""
    info: JsonValue = {"hasNextPage": cursor is not None, "endCursor": cursor}
    edges: JsonValue = [{"node": dict(row)} for row in rows]
    return {"q0": {"artifactCollections": {"edges": edges, "pageInfo": info}}}


class Run:
    """Runs `ls` as one of the people."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, person: str, *arguments: str) -> Result:
        self._monkeypatch.setenv("WANDB_API_KEY", KEYS[person])
        return CliRunner().invoke(ls, arguments, prog_name="ls")

    def paths(self, person: str, *arguments: str) -> list[str]:
        done = self(person, "--format", "paths", *arguments)
        assert done.exit_code == 0, done.output
        return done.stdout.splitlines()

    def lists(self, person: str, *arguments: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self(person, "--format", "json", *arguments).stdout)[
            "lists"
        ]
        return found


@pytest.mark.parametrize(
    ("person", "what", "paths"),
    [
        ("bob", None, [ACME, "bob", "vision"]),
        ("erin", None, [ACME, "rival-corp", "erin", "vision", "rivals"]),
        ("bob", "Acme Robotics/model", [f"{MODEL}/detector"]),
        ("bob", f"{ACME}/wandb-registry-model", [f"{MODEL}/detector"]),
        ("bob", f"{MODEL}/detector", [f"{MODEL}/detector:v0"]),
        ("bob", f"{MODEL}/detector:production", [f"{MODEL}/detector:v0"]),
        ("bob", "wandb-registry-model/detector", [f"{MODEL}/detector:v0"]),
        ("erin", "wandb-registry-model", [f"{MODEL}/detector", "rival-corp/wandb-registry-model/spy"]),
        ("bob", "vision", ["vision/datasets", "vision/detectors"]),
        ("bob", "vision/detectors", ["vision/detectors/yolo"]),
        ("bob", "vision/detectors/yolo", ["vision/detectors/yolo:v1", "vision/detectors/yolo:v0"]),
        ("tess", "twin/model", ["twin_H4SH/wandb-registry-model/kept", "twin/model/yolo"]),
        ("tess", "twin_H4SH/model", ["twin_H4SH/wandb-registry-model/kept"]),
        ("tess", "bulk/many/c007", ["bulk/many/c007:v0"]),
        (
            "bob",
            f"https://wandb.ai/orgs/x/registry/model?selectionPath={ACME}%2Fwandb-registry-model%2Fdetector",
            [f"{MODEL}/detector:v0"],
        ),
    ],
)
def test_every_row_has_the_path_that_wandb_takes(
    run: Run, person: str, what: str | None, paths: list[str]
) -> None:
    """An organization is named by either of its names, an ordinary project by its team, and a path may be pasted."""
    arguments = () if what is None else (what,)
    assert run.paths(person, *arguments) == paths
    text = run(person, *arguments).stdout
    assert all(path in text for path in paths)


@pytest.mark.parametrize(
    ("person", "organization", "rows"),
    [
        ("bob", "Acme Robotics", {"model": (["model"], "organization", True, "member"), "dataset": (["dataset"], "organization", True, "member")}),
        ("carol", "Acme Robotics", {"model": (["model"], "organization", False, "viewer"), "Golden Datasets": (None, "organization", False, None)}),
        ("tess", "twin", {"sealed": (None, "restricted", True, "admin"), "bare": (["model", "x y"], "organization", False, "viewer")}),
    ],
)  # fmt: skip
def test_a_registry_is_listed_with_what_the_person_may_do(
    run: Run, person: str, organization: str, rows: dict[str, tuple[object, ...]]
) -> None:
    """Types, visibility, the right to link, and the role where one was given."""
    listed = run.lists(person, organization)[0]["rows"]
    assert isinstance(listed, list)
    found = {
        row["name"]: (row["accepted_types"], row["visibility"], row["may_link"], row["role"])
        for row in listed
    }
    assert {name: found[name] for name in rows} == rows


def test_roles_that_the_server_hides_leave_the_registries_visible() -> None:
    """The members are asked for under an alias of their own."""
    node: JsonValue = {"name": "wandb-registry-r", "readOnly": None}
    projects: JsonValue = {"projects": {"edges": [{"node": node}]}}
    (inventory,) = browse("O", Pretended(lambda _: {"q0": {"orgEntity": projects}, "q1": None}))
    assert [row for page in inventory.pages for row in page] == [
        RegistryRow("r", None, "unknown", None, None, "o/wandb-registry-r")
    ]


@pytest.mark.parametrize(
    ("person", "what", "words", "near"),
    [
        ("bob", "acme robotics", "is not an organization or team of yours", "  Acme Robotics\n"),
        ("bob", "visoin", "is not an organization or team of yours", "  vision\n"),
        ("bob", "model", "is not an organization or team of yours", f"  {MODEL}\n"),
        ("bob", "rivals/spy", "is not an organization or team of yours", ""),
        (
            "bob",
            "Acme Robotics/modl",
            "the registry 'modl' is not in Acme Robotics, or not visible",
            f"  {MODEL}\n",
        ),
        ("bob", "Acme Robotics/model/detectr", "is not in the registry 'model'", f"  {MODEL}/detector\n"),
        ("bob", "wandb-registry-modl", "the registry 'modl'", f"  {MODEL}\n"),
        ("erin", "wandb-registry-none", "in none of your organizations", ""),
        ("frank", "wandb-registry-none", "in none of your organizations", ""),
        ("bob", "vision/wandb-registry-model/detector", "vision is a team", f"  {MODEL}/detector\n"),
        ("bob", "vision/detector", "the project 'detector' is not in vision", "  vision/detectors\n"),
        ("bob", "vision/detectors/yol", "is not in the project 'detectors'", "  vision/detectors/yolo\n"),
        ("tess", "bulk/many/d", "first 100 names", ""),
        ("bob", "a/b/c/d", "too many parts", ""),
        ("bob", "a//c", "is empty", ""),
        ("bob", "", "is empty", ""),
        ("bob", "https://wandb.ai/orgs/a/registry/b", "no collection", ""),
    ],
)
def test_a_name_that_is_not_there_ends_with_what_may_have_been_meant(
    run: Run, person: str, what: str, words: str, near: str
) -> None:
    """On standard error, with exit status 1."""
    done = run(person, what)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr
    assert near in done.stderr
    assert ("Did you mean" in done.stderr) == bool(near)


def test_a_name_of_two_things_lists_both_and_says_so(run: Run) -> None:
    """An organization's display name may be a team's name, too."""
    done = run("tess", "twin/model")
    assert "has 2 meanings" in done.stderr
    assert "the registry 'model' of twin" in done.stdout
    assert "the ordinary project 'model' of twin, outside any registry" in done.stdout


@pytest.mark.parametrize(
    ("kind", "what", "holds"),
    [
        ("ArtifactPortfolio", "u/model", "links, outside any registry"),
        ("ArtifactPortfolio", "O/model", "links"),
        ("ArtifactSequence", "u/model", "logged versions"),
        ("SomethingNew", "u/model", "unknown"),
    ],
)
def test_links_in_an_ordinary_project_stand_out(
    monkeypatch: pytest.MonkeyPatch, kind: str, what: str, holds: str
) -> None:
    """They are what a missing prefix leaves behind."""
    monkeypatch.setenv("WANDB_API_KEY", KEYS["bob"])
    pretended = Pretended(lambda _: page_of([{"__typename": kind, "name": "c"}]))
    monkeypatch.setattr("registry_doctor.diagnosis.server_transport.transport_for", lambda *_: pretended)
    row = CliRunner().invoke(ls, [what]).stdout.splitlines()[2]
    assert f" {holds}  " in row


@pytest.mark.parametrize("what", ["bulk/many", "bulk/bulk/part"])
def test_long_lists_come_in_pages_of_a_hundred(run: Run, sandbox: Sandbox, what: str) -> None:
    """Every row once, each page in a request of its own and a table of its own."""
    before = len(sandbox.log)
    paths = run.paths("tess", what)
    assert len(paths) == len(set(paths)) == MANY
    assert len(sandbox.log) - before == 1 + 3
    text = run("tess", what).stdout
    assert text.count("path\n") == 3
    assert what not in map(str.strip, text.splitlines())  # a line that says nothing of what it is


@pytest.mark.parametrize(("limit", "requests"), [(1, 2), (100, 2), (130, 3), (1000, 4)])
def test_a_limit_asks_for_no_more_than_it_shows(
    run: Run, sandbox: Sandbox, limit: int, requests: int
) -> None:
    """And the reader learns that there is more."""
    before = len(sandbox.log)
    (found,) = run.lists("tess", "bulk/many", "--limit", str(limit))
    assert isinstance(found["rows"], list)
    assert len(found["rows"]) == min(limit, MANY)
    assert found["complete"] == (limit > MANY)
    assert len(sandbox.log) - before == requests
    assert ("there are more" in run("tess", "bulk/many", "--limit", str(limit)).stdout) == (limit < MANY)


@pytest.mark.parametrize(
    ("what", "requests"), [((), 4), (("Acme Robotics",), 4), ((f"{ACME}/model",), 3), (("vision",), 4)]
)
def test_a_whole_tree_costs_one_request_a_level(
    run: Run, sandbox: Sandbox, what: tuple[str, ...], requests: int
) -> None:
    """One list for each level, with the rows that the separate lists have."""
    before = len(sandbox.log)
    lists = run.lists("bob", "--recursive", *what)
    assert len(sandbox.log) - before == requests
    paths = [[row["path"] for row in each["rows"]] for each in lists if isinstance(each["rows"], list)]
    for parents, children in pairwise(paths):
        assert children == [path for parent in parents for path in run.paths("bob", str(parent))]


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        (("-r", "--alias", "production"), [f"{ACME}/wandb-registry-Fine-tuned Models/phi3-finetuned:v0", f"{MODEL}/detector:v0"]),
        (("-r", "--alias", "production", "Acme Robotics/model"), [f"{MODEL}/detector:v0"]),
        (("-r", "--alias", "none"), []),
        (("--alias", "production", "Acme Robotics/model/detector"), [f"{MODEL}/detector:v0"]),
        (("--alias", "staging", "Acme Robotics/model/detector"), []),
        (("--type", "dataset", "Acme Robotics"), [f"{ACME}/wandb-registry-Golden Datasets", f"{ACME}/wandb-registry-dataset"]),
        (("-r", "--type", "dataset", "--filter", "raw*", "Acme Robotics"), [f"{ACME}/wandb-registry-Golden Datasets/raw_images", f"{ACME}/wandb-registry-Golden Datasets/raw_images:v0"]),
        (("--filter", "Golden*", "Acme Robotics"), [f"{ACME}/wandb-registry-Golden Datasets"]),
        (("-r", "--filter", "*/wandb-registry-model/*:v?", "Acme Robotics"), [f"{MODEL}/detector:v0"]),
        (("-r", "--filter", "v0", f"{ACME}/model"), [f"{MODEL}/detector:v0"]),
    ],
)  # fmt: skip
def test_rows_are_chosen_by_alias_type_and_name(
    run: Run, arguments: tuple[str, ...], paths: list[str]
) -> None:
    """Whatever does not have what was asked for is left out."""
    assert run.paths("bob", *arguments) == paths


def test_a_limit_counts_the_rows_that_were_chosen(run: Run) -> None:
    """And says that there are more only if there are."""
    (found,) = run.lists("tess", "bulk/many", "--filter", "c00*", "--limit", "3")
    assert isinstance(found["rows"], list)
    assert ([row["name"] for row in found["rows"]], found["complete"]) == (["c000", "c001", "c002"], False)
    (all_of_them,) = run.lists("tess", "bulk/many", "--filter", "c00*", "--limit", "10")
    assert all_of_them["complete"]


def test_only_versions_have_aliases(run: Run) -> None:
    """Without a collection or --recursive the option is wrong usage."""
    assert run("bob", "Acme Robotics", "--alias", "production").exit_code == 2


def test_many_lists_of_a_level_come_in_requests_of_a_hundred(run: Run, sandbox: Sandbox) -> None:
    """250 collections are three pages, and their versions three requests."""
    before = len(sandbox.log)
    assert len(run.paths("tess", "-r", "bulk/many", "--alias", "latest")) == MANY
    assert len(sandbox.log) - before == 1 + 3 + 3


def test_csv_is_one_table_of_all_lists(run: Run) -> None:
    """Every row has the columns of the first line; a list of values is one cell."""
    rows = list(csv.DictReader(run("bob", "-r", f"{ACME}/model", "--format", "csv").stdout.splitlines()))
    assert [(row["kind"], row["path"], row["aliases"], row["linked"]) for row in rows] == [
        ("collections", f"{MODEL}/detector", "", "true"),
        ("versions", f"{MODEL}/detector:v0", "latest, production", ""),
    ]


def test_no_name_is_calculated_or_acts_in_csv_and_markdown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spreadsheet shows a formula as text; Markdown shows pipes and HTML as they are."""
    monkeypatch.setenv("WANDB_API_KEY", KEYS["bob"])
    pretended = Pretended(lambda _: page_of([{"name": "=1+1|<b>\x1b\n*x*"}]))
    monkeypatch.setattr("registry_doctor.diagnosis.server_transport.transport_for", lambda *_: pretended)
    (_, row) = csv.reader(CliRunner().invoke(ls, ["u/p", "--format", "csv"]).stdout.splitlines())
    assert "'=1+1|<b>\\x1b\\n*x*" in row
    markdown = CliRunner().invoke(ls, ["u/p", "--format", "markdown"]).stdout.splitlines()
    assert len(markdown) == 5
    assert markdown[-1].startswith("| =1+1\\|\\<b\\>\\\\x1b\\\\n\\*x\\* |")


def test_memory_does_not_grow_with_the_list() -> None:
    """What a page held is let go before the next but one comes."""
    rows = [{"name": f"{number}" * 100} for number in range(100)]
    (inventory,) = browse("u/p", Pretended(lambda count: page_of(rows, cursor=str(count))))
    sizes = []
    tracemalloc.start()
    for count, page in zip(range(101), inventory.pages, strict=False):
        assert len(page) == 100
        if count in (10, 100):
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert sizes[1] < sizes[0] + 200_000  # all ninety pages are some megabytes


def test_a_server_that_does_not_go_on_from_a_cursor_is_not_asked_for_ever() -> None:
    """It would send the same page again and again."""
    (inventory,) = browse("u/p", Pretended(lambda _: page_of([{"name": "c"}], cursor="the same")))
    assert [len(page) for page in inventory.pages] == [1]
    assert not inventory.complete


def test_nothing_in_a_name_acts_on_the_terminal(run: Run) -> None:
    """Neither in tables nor among plain paths."""
    for format_ in ("text", "paths"):
        assert "\x1b" not in run("tess", "twin", "--format", format_, "--color", "never").stdout


def test_a_list_that_breaks_off_is_inconclusive(run: Run, sandbox: Sandbox) -> None:
    """What came is printed; the exit status is 3, and the reason is on standard error."""
    before = run.paths("tess", "bulk/many", "--limit", "100")
    asking = browse("bulk/many", Breaking(sandbox.base_url, KEYS["tess"]))
    with pytest.raises(CannotAsk) as problem:
        assert [row.path for page in asking[0].pages for row in page] == before
    assert problem.value.inconclusive


class Breaking:
    """A server that answers the first two queries."""

    def __init__(self, base_url: str, key: str) -> None:
        self._left = 2
        self._way = HttpTransport(base_url, Basic(Secret(key)), deadline=Deadline.after(10))

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        if not self._left:
            raise TransportFailure(FailureKind.RESET, "the connection was reset")
        self._left -= 1
        return self._way.query(document, variables)


@pytest.mark.parametrize(
    ("variables", "words", "remedy"),
    [
        ({"WANDB_API_KEY": ""}, "no API key for", "Set WANDB_API_KEY"),
        ({"WANDB_API_KEY": "0" * 40}, "refused the API key", "`wandb-registry doctor`"),
        ({"WANDB_BASE_URL": "http://127.0.0.1:9"}, "refused the connection", "`wandb-registry doctor`"),
    ],
)
def test_without_an_answer_there_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str, remedy: str
) -> None:
    """No key and no traceback; a server or a key that does not do is a finding."""
    monkeypatch.setenv("WANDB_API_KEY", KEYS["bob"])
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(ls, ())
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr
    assert remedy in done.stderr
