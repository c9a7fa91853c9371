"""What each command makes of the answers that the real server was seen to give (docs/evidence/server-shapes.md)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.shapes.conftest import Backend, Exchange
from tests.shapes.reports import ACME, FETCH, LINK, TARGET, TROUBLES, USE, YOLO, failing, told, write_code

Run = Callable[..., Result]

# --- an answer of a server in trouble


@pytest.mark.parametrize("message", TROUBLES)
@pytest.mark.parametrize("field", ["viewer", "project", "entity"])
def test_a_failing_resolver_is_unknown_with_the_words_of_the_server(
    run: Run, backend: Backend, field: str, message: str
) -> None:
    """HTTP 500 with data and the path of what failed is no word about names, rights or credentials."""
    backend.shape = failing(field, message=message)
    report = told(run(*LINK, "--entity", "speech") if field == "entity" else run(*LINK))
    if field == "entity":
        report = told(run("doctor", TARGET, "--type", "model", "--entity", "speech", "--format", "json"))
    assert (report.exit_code, report.errors) == (3, [])
    assert message in json.dumps(report.report["results"])


@pytest.mark.parametrize("field", ["viewer", "project", "organization", "serverInfo"])
@pytest.mark.parametrize("arguments", [LINK, FETCH], ids=["link", "use"])
def test_a_resolver_that_fails_once_changes_nothing(
    run: Run, backend: Backend, field: str, arguments: tuple[str, ...]
) -> None:
    """It is asked again, as wandb does."""
    backend.shape = failing(field, once=True)
    report = told(run(*arguments))
    assert (report.exit_code, report.errors) == (0, [])


@pytest.mark.parametrize("field", ["viewer", "project"])
def test_trouble_is_unknown_for_every_command(run: Run, backend: Backend, tmp_path: Path, field: str) -> None:
    """None of them claims something, and none begins to write."""
    backend.shape = failing(field, message="driver: bad connection")
    for arguments in (
        ("preflight", write_code(tmp_path)),
        ("link", "--dry-run", YOLO, TARGET),
        ("download", "--dry-run", USE),
    ):
        result = run(*arguments)
        assert result.exit_code == 3, arguments
        assert "driver: bad connection" in result.output
        assert "does not accept" not in result.output and "not found" not in result.output


def test_trouble_that_passes_is_seen_by_no_command(run: Run, backend: Backend, tmp_path: Path) -> None:
    """The first answer of each is spoilt."""
    for arguments in (
        ("preflight", write_code(tmp_path)),
        ("link", "--dry-run", YOLO, TARGET),
        ("ls", f"{ACME}/model"),
    ):
        backend.served, backend.shape = 0, failing("viewer", once=True)
        assert run(*arguments).exit_code == 0, arguments


def test_a_connection_that_is_cut_once_is_read_again(run: Run, backend: Backend) -> None:
    """In the middle of an answer; nothing is said about the server."""
    backend.sandbox.set_faults([{"op": "*", "cut": 30, "times": 1}])
    assert told(run(*LINK)).exit_code == 0


@pytest.mark.parametrize("message", ["Error 1040: Too many connections", "internal database error"])
def test_an_error_without_data_is_unknown(run: Run, backend: Backend, message: str) -> None:
    """HTTP 500 with nothing but an error."""
    backend.sandbox.set_faults([{"op": "*", "status": 500, "times": None, "body": {"error": message}}])
    report = told(run(*LINK))
    assert (report.exit_code, report.errors) == (3, [])
    assert message in json.dumps(report.report["results"])


# --- null because something below failed


@pytest.mark.parametrize("below", ["organizations", "teams"])
@pytest.mark.parametrize("status", [403, 500])
def test_a_person_who_is_lost_for_something_below_is_unknown(
    run: Run, backend: Backend, below: str, status: int
) -> None:
    """`User.organizations` is not nullable: an error there nulls the person, whose key is right."""
    backend.shape = failing("viewer", below, message="permission denied", status=status)
    report = told(run(*LINK))
    assert (report.exit_code, report.errors) == (3, [])
    assert "permission denied" in report.said("RD102")


@pytest.mark.parametrize("status", [200, 403, 500])
def test_a_registry_that_is_lost_for_its_types_is_asked_for_without_them(
    run: Run, backend: Backend, status: int
) -> None:
    """The registry is there, only its accepted types are unknown."""
    words = "got nil for non-null"
    backend.shape = failing("project", "artifactTypes", message=words, status=status)
    report = told(run(*LINK))
    assert (report.exit_code, report.errors) == (3, [])
    statuses = {each["code"]: each["status"] for each in report.report["results"]}
    assert (statuses["RD401"], statuses["RD402"], statuses["RD404"]) == ("pass", "pass", "skip")
    fetched = told(run(*FETCH))
    assert (fetched.exit_code, fetched.errors) == (0, [])


def test_what_is_missing_in_an_answer_is_unknown(run: Run, backend: Backend) -> None:
    """An answer without a word about the registry does not say that it is not there."""

    def leave_out(exchange: Exchange) -> None:
        for alias, root in exchange.fields.items():
            if root == "project":
                del exchange.data[alias]

    backend.shape = leave_out
    report = told(run(*LINK))
    assert (report.exit_code, report.errors) == (3, [])


# --- refusals are answers


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        (404, "project 'wandb-registry-internal-models' not found", None),
        (403, "permission denied", "PERMISSION_ERROR"),
        (200, "permission denied: internal-models", "PERMISSION_ERROR"),
    ],
)
def test_a_refusal_with_the_path_of_the_registry_is_an_answer(
    run: Run, backend: Backend, status: int, message: str, code: str | None
) -> None:
    """Also if the name of the registry has a word in it that trouble could have."""

    def refuse(exchange: Exchange) -> None:
        for alias, root in exchange.fields.items():
            if root == "project" and exchange.data[alias] is None:
                extensions: dict[str, Any] = {"extensions": {"code": code}} if code else {}
                exchange.errors.append({"message": message, "path": [alias], **extensions})
                exchange.status = status

    backend.shape = refuse
    report = told(run("doctor", "wandb-registry-internal-models/x", "--artifact", YOLO, "--format", "json"))
    assert (report.exit_code, report.errors) == (1, ["RD401"])


def test_not_logged_in_is_a_key_that_is_not_accepted(run: Run, backend: Backend) -> None:
    """HTTP 401 with the path of the viewer."""
    backend.shape = failing("viewer", message="user is not logged in", status=401)
    report = told(run(*LINK))
    assert (report.exit_code, report.errors) == (1, ["RD102"])


def test_an_entity_that_is_refused_with_its_path_is_not_there(run: Run, backend: Backend) -> None:
    """HTTP 404 with the path of the entity is what the server says of a name that nobody has."""
    words = "entity nosuch not found during upsertBucket"
    backend.shape = failing("entity", message=words, status=404)
    report = told(run("doctor", TARGET, "--type", "model", "--entity", "nosuch", "--format", "json"))
    assert report.errors == ["RD301"]


# --- persons and their entities


def test_the_personal_entity_among_the_teams_stays_personal(run: Run, backend: Backend) -> None:
    """`viewer.teams` holds it beside the teams."""
    link = told(run("doctor", TARGET, "--type", "model", "--format", "json", who="erin"))
    assert link.errors == ["RD304"]
    assert "personal entity 'erin'" in link.said("RD304")
    fetch = told(run(*FETCH, who="erin"))
    assert fetch.errors == ["RD303"]
    assert told(run(*FETCH, who="carol")).exit_code == 0  # in one organization nothing is ambiguous


@pytest.mark.parametrize("quirks", [[], ["teams_without_personal_entity"]])
def test_the_personal_entity_is_listed_where_the_server_shows_it(
    run: Run, backend: Backend, quirks: list[str]
) -> None:
    """As the default entity, or among the teams."""
    backend.sandbox.set_quirks(quirks)
    assert "carol" in run("ls", "--format", "paths", who="carol").output.split()


def test_an_account_without_a_personal_entity_has_no_entity_of_its_name(run: Run, backend: Backend) -> None:
    """Accounts since 2024 have none: the name of the person is no name of an entity."""
    assert "zoe" not in run("ls", "--format", "paths", who="zoe").output.split()
    report = told(run("doctor", TARGET, "--type", "model", "--entity", "zoe", "--format", "json", who="zoe"))
    assert report.errors == ["RD301"]
    assert "personal" not in report.said("RD301").partition(". ")[0]


def test_a_person_without_a_username_has_a_default_entity(run: Run, backend: Backend) -> None:
    """`User.username` may be null; no sentence breaks off where the name would be."""
    backend.shape = lambda exchange: exchange.change("username", None)
    report = told(run("doctor", TARGET, "--type", "model", "--format", "json"))
    assert report.exit_code == 0
    assert report.report["context"]["viewer"] is None
    assert report.report["context"]["entity"]["source"] == "your default entity"
    assert "signed in as" not in report.said("RD102")


@pytest.mark.parametrize("quirks", [[], ["entity_stub"]])
def test_an_entity_that_is_not_there_is_not_called_personal(
    run: Run, backend: Backend, quirks: list[str]
) -> None:
    """Some servers send an object without organization and user for it."""
    backend.sandbox.set_quirks(quirks)
    report = told(run("doctor", TARGET, "--type", "model", "--entity", "nosuch", "--format", "json"))
    assert report.errors == ["RD301"]
    message = next(each["message"] for each in report.report["results"] if each["code"] == "RD301")
    assert "'nosuch'" in message and "personal" not in message and "organization" not in message


# --- organizations


def test_an_organization_whose_entity_is_null_is_no_missing_organization(run: Run, backend: Backend) -> None:
    """The entity has an organization; only its own entity's name is not shown."""
    backend.shape = lambda exchange: exchange.change("orgEntity", None)
    for arguments in (LINK, FETCH):
        report = told(run(*arguments))
        assert (report.exit_code, report.errors) == (3, [])
        assert "in no organization" not in json.dumps(report.report)
    assert run("ls", "Acme Robotics").exit_code == 3


def test_an_older_server_without_the_entity_of_an_organization_is_named(run: Run, backend: Backend) -> None:
    """wandb asks for the field and is refused."""
    backend.sandbox.set_quirks(["no_org_entity_field"])
    for arguments in (LINK, FETCH):
        report = told(run(*arguments))
        assert (report.exit_code, report.errors) == (1, ["RD003"])
        assert "Organization.orgEntity" in report.said("RD003")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (LINK, "RD301"),
        (("doctor", "wandb-registry-secret/x", "--artifact", YOLO, "--format", "json"), "RD401"),
    ],
)
def test_a_key_that_the_organization_does_not_accept_is_named_as_a_cause(
    run: Run, backend: Backend, arguments: tuple[str, ...], code: str
) -> None:
    """Where an organization or a registry is not visible; the person's rights may be right. Text says it too."""
    if code == "RD301":
        backend.sandbox.set_quirks(["organization_keys_only"])
    report = told(run(*arguments))
    assert report.errors == [code]
    assert "with your credentials" in report.said(code)
    assert "only API keys that were made for it" in report.said(code)
    shown = " ".join(run(*arguments[:-2]).output.split())
    assert "only API keys that were made for it" in shown


# --- lists


@pytest.mark.parametrize(
    ("target", "for_", "expected"),
    [
        ("wandb-registry-modle/detector", "link", TARGET),
        ("wandb-registry-model/detecter:production", "use", USE),
        (f"{TARGET}:prod", "use", USE),
        ("vision/model-registry/detector", "link", TARGET),
    ],
)
def test_an_empty_first_page_is_not_the_end_of_a_list(
    run: Run, backend: Backend, target: str, for_: str, expected: str
) -> None:
    """The correction is found on the next one."""
    backend.sandbox.set_quirks(["empty_first_page"])
    more = ("--artifact", YOLO) if for_ == "link" else ()
    report = told(run("doctor", target, "--for", for_, *more, "--format", "json"))
    assert report.path is not None and report.path.endswith(expected)
    assert "only the first" not in json.dumps(report.report)


def test_lists_with_an_empty_first_page_are_shown(run: Run, backend: Backend) -> None:
    """By `doctor` without a path and by `ls`, which also names what is near."""
    backend.sandbox.set_quirks(["empty_first_page"])
    assert f"{ACME}/wandb-registry-model" in json.dumps(
        told(run("doctor", "--format", "json")).report["places"]
    )
    assert f"{ACME}/wandb-registry-model/detector" in run("ls", f"{ACME}/model").output
    assert f"{ACME}/wandb-registry-model\n" in run("ls", f"{ACME}/modle").output


def test_a_list_whose_pages_are_all_empty_comes_to_an_end(run: Run, backend: Backend) -> None:
    """A server that always has a next page, from a new cursor each time, is not asked for ever."""

    def never_ends(exchange: Exchange) -> None:
        exchange.change("edges", [])
        exchange.change("pageInfo", {"hasNextPage": True, "endCursor": f"c{exchange.number}"})

    backend.shape = never_ends
    report = told(run("doctor", "--format", "json"))
    assert backend.served < 50
    assert report.exit_code in (0, 3)


# --- rights, and fields that a server does not know


@pytest.mark.parametrize(("who", "read_only"), [("bob", True), ("erin", False)])
def test_a_right_that_the_list_of_members_contradicts_is_unknown(
    run: Run, backend: Backend, who: str, read_only: bool
) -> None:
    """Bob is a member of the registry, erin a viewer; both words of the server are told."""
    backend.shape = lambda exchange: exchange.change("readOnly", read_only)
    report = told(run(*LINK, who=who))
    assert (report.exit_code, report.errors) == (3, [])
    role = "'member'" if who == "bob" else "'viewer'"
    assert role in report.said("RD402")
    assert ("read-only" if read_only else "writable") in report.said("RD402")


@pytest.mark.parametrize(("hidden", "exit_code"), [(False, 0), (True, 3)])
def test_an_administrator_of_the_organization_may_link_whatever_the_registry_lists(
    run: Run, backend: Backend, hidden: bool, exit_code: int
) -> None:
    """Alice administers the organization, and the registry lists her as a viewer; without the first it is unknown."""

    def as_viewer(exchange: Exchange) -> None:
        for alias, asked in exchange.asked.items():
            if "teamMembers" in asked:
                exchange.change_in(alias, "role", {"name": "viewer"})
        if hidden:
            exchange.fail("entity", "members", message="permission denied", status=403)

    backend.shape = as_viewer
    report = told(run(*LINK, who="alice"))
    assert (report.exit_code, report.errors) == (exit_code, [])
    assert ("unknown" in report.said("RD402")) is hidden
    assert backend.served == 2


def test_a_field_that_one_type_lacks_is_still_asked_of_the_others(
    run: Run, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the project of a sequence the registry's project is still found."""
    from registry_doctor.transport import FailureKind, GraphQLError, HttpTransport, TransportFailure

    query = HttpTransport.query
    error = GraphQLError('Cannot query field "project" on type "ArtifactSequence".', (), None)

    def older(way: HttpTransport, document: str, variables: Any) -> Any:
        if "artifactSequence { name project" in document:
            raise TransportFailure(FailureKind.REFUSED_QUERY, error.message, status=400, errors=(error,))
        return query(way, document, variables)

    monkeypatch.setattr(HttpTransport, "query", older)
    report = told(run(*LINK))
    assert (report.exit_code, report.errors) == (0, [])
