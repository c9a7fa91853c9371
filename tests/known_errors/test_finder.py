"""What counts as a message of W&B, how several are told apart, and that no key gets out."""

from __future__ import annotations

import pytest

from registry_doctor.checking.check import Severity
from registry_doctor.known_errors.code_lines import calls_in
from registry_doctor.known_errors.finder import find
from registry_doctor.known_errors.reader import lines_in_text
from registry_doctor.report.explanation import Called


@pytest.mark.parametrize(
    "text",
    [
        "step 1\nbash: ./train.sh: Permission denied\nstep 2",
        "a\ngit@github.com: Permission denied (publickey).\nb",
        "a\nPermissionError: [Errno 13] Permission denied: '/home/bob/wandb/run-1'\nb",
        "Traceback (most recent call last):\n"
        '  File "/site-packages/wandb/sdk/wandb_init.py", line 3, in init\n'
        "    os.mkdir(path)\n"
        "PermissionError: [Errno 13] Permission denied: '/home/bob/wandb/run-1'",
        "a\nERROR: project 'libfoo' not found\nb",
        "a\nOrganization 'x' not found on GitHub\nb",
        "a\nNotImplementedError\nb",
        "a\nraise NotImplementedError\nb",
        'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\n    layer.forward(x)\nNotImplementedError',
        'Traceback (most recent call last):\n  File "x/wandb/a.py", line 3, in f\n'
        "    raise ValueError(f\"Unable to find organization for entity {name!r}.\")\nKeyError: 'x'",
    ],
)
def test_the_words_of_others_are_not_w_and_b_s(text: str) -> None:
    """Shells, compilers, other libraries and lines of code say the like."""
    assert find(lines_in_text(text)).explanations == ()


@pytest.mark.parametrize(
    "text",
    [
        "permission denied",
        "Permission denied.",
        "a\nwandb: ERROR permission denied\nb",
        "a\nCommError: HTTP 403: permission denied\nb",
        'a\nreturned error 403 Forbidden: {"errors":[{"message":"permission denied"}]}\nb',
        'Traceback (most recent call last):\n  File "/venv/wandb/sdk/wandb_run.py", line 3, in f\n    x()\nCommError: permission denied',
    ],
)
def test_words_that_others_use_too_count_beside_something_of_wandb(text: str) -> None:
    """Or where they are all that was pasted."""
    assert [each.id for each in find(lines_in_text(text)).explanations] == ["permission-denied"]


def test_several_errors_in_one_log_are_told_apart_and_counted() -> None:
    """By what they name; warnings come after errors, whatever their line."""
    text = """
wandb: WARNING Skipping non-alias updates due to insufficient permissions on the source artifact.
wandb: ERROR Unable to find organization for entity 'a'.
wandb: ERROR Unable to find organization for entity 'b'.
wandb: ERROR Unable to find organization for entity 'a'.
wandb: ERROR [project 'wandb-registry-x' not found; permission denied]
"""
    found = find(lines_in_text(text)).explanations
    assert [(each.id, each.found.entity, each.line, each.count) for each in found] == [
        ("no-organization-for-entity", "a", 3, 2),
        ("no-organization-for-entity", "b", 4, 1),
        ("registry-not-found", None, 6, 1),
        ("permission-denied", None, 6, 1),
        ("source-not-updated", None, 2, 1),
    ]
    assert found[-1].severity is Severity.WARNING


REFUSED = (
    'failed to upsert bucket: returned error 403 Forbidden: {"errors":[{"message":"permission denied",'
    '"path":["upsertBucket"],"extensions":{"code":"PERMISSION_ERROR"}}],"data":{"upsertBucket":null}}'
)
STARTED = """Traceback (most recent call last):
  File "train.py", line 88, in main
    wandb.init(project="open-runs", entity="other-lab")
wandb.errors.errors.CommError: """


@pytest.mark.parametrize(
    ("text", "line", "entity"),
    [
        (f"{STARTED}{REFUSED}", 4, "other-lab"),
        (f"wandb: ERROR {REFUSED}\n{STARTED}{REFUSED}", 1, "other-lab"),
        (f"HydraException: Error calling 'Logger' : {REFUSED}", 1, None),
        ('403 response\nERROR {"errors":[{"message":"permission denied","path":["upsertBucket"]}]}', 2, None),
    ],
)
def test_a_refused_start_of_a_run_is_about_its_entity(text: str, line: int, entity: str | None) -> None:
    """Not about a registry; the entity is read out of `wandb.init`, also where wandb printed the message before."""
    (found,) = find(lines_in_text(text)).explanations
    assert (found.id, found.line, found.found.entity) == ("run-entity-refused", line, entity)
    assert found.checks[0] == "RD307"
    assert entity is None or f"'{entity}'" in found.cause


def test_a_missing_object_counts_after_a_fetch() -> None:
    """Other programs read buckets, too."""
    message = "ClientError: An error occurred (404) when calling the HeadObject operation: Not Found"
    code = '  File "a.py", line 3, in f\n    run.use_artifact("a/b/c:v2").download()\n'
    found = find(lines_in_text(f"Traceback (most recent call last):\n{code}{message}"))
    assert [each.id for each in found.explanations] == ["reference-missing"]
    assert find(lines_in_text(f"copying\nmore\n{message}")).explanations == ()


def test_an_error_that_repeats_its_cause_is_told_once() -> None:
    """As when wandb puts its own words before the server's."""
    text = (
        'Traceback (most recent call last):\n  File "/v/wandb/a.py", line 1, in f\n    g()\n'
        "WandbApiFailedError: user is not logged in\n\n"
        "The above exception was the direct cause of the following exception:\n\n"
        'Traceback (most recent call last):\n  File "t.py", line 1, in <module>\n    wandb.Api()\n'
        "AuthenticationError: Failed to verify credentials with https://x: user is not logged in\n"
    )
    assert [(each.id, each.count) for each in find(lines_in_text(text)).explanations] == [("key-refused", 1)]


def test_errors_of_wandb_that_are_not_known_are_pointed_out() -> None:
    """A few of them, with their lines."""
    text = "\n".join(f"wandb.errors.CommError: something new {number}" for number in range(9))
    reading = find(lines_in_text(text))
    assert reading.explanations == ()
    assert [number for number, _ in reading.unknown] == [1, 2, 3]
    assert "something new 0" in reading.unknown[0][1]


@pytest.mark.parametrize(
    ("message", "path", "corrected"),
    [
        (
            "Expecting the organization name or entity name to match 'Acme' and cannot be linked/fetched with 'acme'.",
            "acme/wandb-registry-model/c",
            "Acme/wandb-registry-model/c",
        ),
        (
            "Expecting the organization name or entity name to match 'Acme' and cannot be linked/fetched with 'acme'.",
            "wandb-registry-model/c",
            None,
        ),
        (
            "Unable to find organization for entity 'vision'.",
            "vision/wandb-registry-model/c",
            "wandb-registry-model/c",
        ),
        ("Unable to find organization for entity 'vision'.", "acme/wandb-registry-model/c", None),
        ("Unable to find organization for entity 'vision'.", "vision/model/c", None),
        ("Invalid artifact path: 'a/b/c/d'", "a/b/c/d", None),
    ],
)
def test_a_path_is_corrected_where_the_error_gives_it_away(
    message: str, path: str, corrected: str | None
) -> None:
    """And left to the live diagnosis where it does not."""
    text = f'Traceback (most recent call last):\n  File "t.py", line 1, in <module>\n    run.link_artifact(a, "{path}")\nCommError: {message}\n'
    (found,) = find(lines_in_text(text)).explanations
    assert found.corrected_path == corrected


def test_the_path_that_a_redirect_names_is_the_corrected_one() -> None:
    """wandb prints it itself."""
    text = (
        "wandb: WARNING This model registry has been migrated and will be discontinued. Your request was redirected to the"
        " corresponding artifact 'yolo' in the new registry. Please update your paths to point to the migrated registry"
        " directly, 'wandb-registry-vision/yolo'."
    )
    (found,) = find(lines_in_text(text)).explanations
    assert found.corrected_path == "wandb-registry-vision/yolo"
    assert "'wandb-registry-vision/yolo'" in found.fix


def test_the_causes_fit_the_call_where_it_is_known() -> None:
    """An organization in the path helps a fetch and never a link."""
    message = "Personal entity 'erin' belongs to multiple organizations and cannot be used without"
    for line, checks in (
        ('run.link_artifact(a, "wandb-registry-r/c")', ("RD304",)),
        ('api.artifact("wandb-registry-r/c:v0")', ("RD303",)),
        ("something()", ("RD304", "RD303")),
    ):
        text = f'Traceback (most recent call last):\n  File "t.py", line 1, in <module>\n    {line}\nCommError: {message}\n'
        (found,) = find(lines_in_text(text)).explanations
        assert found.checks == checks


@pytest.mark.parametrize(
    ("code", "calls"),
    [
        ('run.link_artifact(art, "a/b")', [Called("run.link_artifact", "link", "a/b")]),
        (
            "run.link_artifact(art, target_path='a/b', aliases=['x'])",
            [Called("run.link_artifact", "link", "a/b")],
        ),
        (
            'linked = self.run.link_artifact(\n    art,\n    "a/b",\n)',
            [Called("run.link_artifact", "link", "a/b")],
        ),
        ("run.link_artifact(", [Called("run.link_artifact", "link")]),
        ('run.link_artifact(artifact, "a/b"', [Called("run.link_artifact", "link", "a/b")]),
        ("run.link_artifact(art, path)", [Called("run.link_artifact", "link")]),
        ('run.link_artifact(art, f"wandb-registry-{name}/c")', [Called("run.link_artifact", "link")]),
        ('run.link_model("m.pt", "name")', [Called("run.link_model", "link")]),
        ('run.use_artifact("a/b:v0", type="model")', [Called("run.use_artifact", "use", "a/b:v0", "model")]),
        ('run.use_artifact(artifact_or_name="a/b:v0")', [Called("run.use_artifact", "use", "a/b:v0")]),
        ('with api.artifact("a/b:v0") as x:', [Called("api.artifact", "use", "a/b:v0")]),
        (
            'api.artifact("e/p/n:v0").link("a/b")',
            [
                Called("artifact.link", "link", "a/b", None, "e/p/n:v0"),
                Called("api.artifact", "use", "e/p/n:v0"),
            ],
        ),
        (
            "----> 2 run.link_artifact(art, 'a/b')\n      3 other()",
            [Called("run.link_artifact", "link", "a/b")],
        ),
        ("layer.forward(x)", []),
        ("artifact(1)", []),
    ],
)
def test_calls_are_read_out_of_lines_of_code(code: str, calls: list[Called]) -> None:
    """Whole, cut off, over several lines, with numbers; only what stands there as it is."""
    assert sorted(calls_in(code), key=str) == sorted(calls, key=str)


KEYS = {
    "hexadecimal": "a11ce00000000000000000000000000000000001",
    "local": "local-a11ce00000000000000000000000000000000001",
    "new": "wandb_v1_S3cr3tS3cr3tS3cr3t_S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3cr3t",
    "prefixed": "acme-S3cr3t0S3cr3t1S3cr3t2S3cr3t3S3cr3t4S3cr3t",
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.S3cr3tS3cr3tS3cr3t",
}

PLACES = [
    "WANDB_API_KEY={}",
    "export WANDB_API_KEY='{}'",
    '{{"api_key": "{}"}}',
    "api_key: {}",
    "Authorization: Basic {}",
    "Authorization: Bearer {}",
    "wandb login {}",
    "machine api.wandb.ai login user password {}",
    "https://user:{}@host/api",
    "key {}",
    "('{}',)",
]


@pytest.mark.parametrize(
    "place", [*PLACES, "WANDB_API_KEY=shortS3cr3t", "https://user:shortS3cr3t@host", "password=shortS3cr3t"]
)
@pytest.mark.parametrize("kind", KEYS)
def test_no_key_of_a_log_gets_out(kind: str, place: str) -> None:
    """Neither in a message, nor in a path, nor in a line that is not known."""
    key = KEYS[kind]
    said = place.format(key)
    text = (
        f"wandb: ERROR {said} Unable to find organization for entity '{said}'.\n"
        f"wandb: ERROR something new {said}\n"
        f"wandb: Currently logged in as: {key} to https://user:{key}@api.wandb.ai\n"
        f'Traceback (most recent call last):\n  File "t.py", line 1, in <module>\n    run.link_artifact(a, "{key}/wandb-registry-r/c")\n'
        f"CommError: Failed to verify credentials with {said}: {key}\n"
    )
    reading = find(lines_in_text(text))
    assert reading.explanations
    assert key not in repr(reading)
    assert "S3cr3t" not in repr(reading)
