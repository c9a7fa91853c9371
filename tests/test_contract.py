"""Rules that hold for the whole code: the contract's codes, what may import what, and files that are copies."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import registry_doctor
from registry_doctor.checking.check import Check
from registry_doctor.checking.plugins import CODE, NAME, PAGE, load_checks

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "src" / "registry_doctor"
CHECKS = ROOT / "checks" / "registry_doctor_checks"
COPIES = ROOT / "tests" / "contract"
CONTRACT = ROOT.parent / "shared" / "contract"

CODES = {
    "RD001": "server-reachable", "RD002": "sdk-version", "RD003": "server-version", "RD004": "mode-online",
    "RD005": "settings-readable", "RD006": "base-url",
    "RD101": "credentials-found", "RD102": "credentials-accepted", "RD103": "credentials-unambiguous",
    "RD201": "path-shape", "RD202": "registry-prefix", "RD203": "no-version-in-link", "RD204": "legacy-model-registry",
    "RD205": "aliases-valid", "RD206": "names-valid", "RD207": "placeholder",
    "RD301": "organization-resolves", "RD302": "organization-prefix", "RD303": "organization-unambiguous",
    "RD304": "source-entity-is-team", "RD305": "source-in-organization", "RD306": "organization-setting",
    "RD307": "run-entity",
    "RD401": "registry-exists", "RD402": "registry-writable", "RD403": "registry-downloadable",
    "RD404": "registry-accepts-type", "RD405": "alias-unprotected",
    "RD501": "collection-type", "RD502": "collection-exists", "RD503": "version-exists",
    "RD601": "artifact-found", "RD602": "artifact-committed", "RD603": "artifact-type-valid", "RD604": "source-visible",
    "RD901": "plugin-loaded",
}  # fmt: skip
"""Every code and name of the contract: public and stable."""

DATA = frozenset({"ordinary_links", "organization_keys", "sdk_flaws"})
"""Modules beside the checks that hold what a check knows, and no check."""

HEADINGS = [
    "## What to do", "## Before / After", "## Why it matters", "## What it looks at", "## What wandb says",
    "## How sure this is",
]  # fmt: skip
MOST_LINES = 400
VAGUE = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})

BUILT_IN = [each.check for each in load_checks(others=False).checks]


def code_of(check: Check) -> str:
    """What a test of one check is called."""
    return check.code


def modules(*folders: Path) -> list[Path]:
    """The Python files in these folders."""
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


def relative(file: Path) -> str:
    """A file's name in the repository."""
    return file.relative_to(ROOT).as_posix()


def imports(file: Path, *, with_types: bool = False) -> set[str]:
    """The dotted names that a module imports; those for type checkers alone only `with_types`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {name for node in _running(tree, with_types) for name in _imported(node)}


def _running(tree: ast.AST, with_types: bool) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not with_types:
            continue
        yield node
        yield from _running(node, with_types)


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {node.module or ""}
    return set()


def package(name: str) -> str:
    """The distribution's own name in a dotted one."""
    return name.partition(".")[0]


def test_the_codes_that_are_built_have_the_contracts_names() -> None:
    """No code is missing, none is new, and none has another name."""
    built = {check.code: check.name for check in BUILT_IN}
    assert built | {CODE: NAME} == CODES


@pytest.mark.skipif(not CONTRACT.is_dir(), reason="the contract itself is not beside this repository")
def test_the_table_of_codes_is_the_contracts() -> None:
    """The report's description lists the same codes and names."""
    text = (CONTRACT / "report.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| (RD\d{3}) \| ([a-z-]+) \|", text, re.MULTILINE)) == CODES


def test_each_check_has_a_module_and_a_test_file_of_its_own() -> None:
    """Both are called like the check."""
    names = sorted(check.name.replace("-", "_") for check in BUILT_IN)
    assert [file.stem for file in modules(CHECKS) if file.stem not in {"__init__", *DATA}] == names
    assert [name for name in names if not (ROOT / "tests" / "checks" / f"test_{name}.py").is_file()] == []


@pytest.mark.parametrize(
    "page", [*(check.documentation for check in BUILT_IN), PAGE], ids=[*map(code_of, BUILT_IN), CODE]
)
def test_each_docstring_is_a_page(page: str) -> None:
    """One sentence, an empty line, and the same headings in the same order, none of them empty."""
    summary, empty, *rest = page.splitlines()
    assert re.fullmatch(r"\S.*[^.]\.", summary)
    assert ". " not in summary
    assert empty == ""
    assert [line for line in rest if line.startswith("#")] == HEADINGS
    assert [
        part for part in re.split(r"^## .*$", "\n".join(rest), flags=re.MULTILINE)[1:] if not part.strip()
    ] == []


def test_checks_require_codes_of_the_contract_and_never_each_other() -> None:
    """The order of the checks exists, and no code in it is misspelt."""
    required = {check.code: check.requires for check in BUILT_IN}
    assert {code for codes in required.values() for code in codes} <= set(CODES)
    assert list(TopologicalSorter(required).static_order())


@pytest.mark.parametrize("check", BUILT_IN, ids=code_of)
def test_no_fact_is_declared_twice(check: Check) -> None:
    """A fact is needed or wanted, and named once."""
    declared = [*check.needs, *check.wants]
    assert len(set(declared)) == len(declared)


@pytest.mark.parametrize("file", modules(CHECKS), ids=relative)
def test_a_check_imports_only_the_plugin_module_and_the_standard_library(file: Path) -> None:
    """A check is what a stranger could have written, and knows no other check."""
    data = {f"{CHECKS.name}.{name}" for name in DATA}
    names = imports(file, with_types=True) - data - {"registry_doctor.plugin"}
    assert {name for name in names if package(name) not in sys.stdlib_module_names} == set()


@pytest.mark.parametrize("file", modules(ENGINE), ids=relative)
def test_the_engine_never_imports_the_checks(file: Path) -> None:
    """It finds them as it finds a stranger's plugin."""
    assert "registry_doctor_checks" not in {package(name) for name in imports(file, with_types=True)}


def test_wandb_is_imported_in_one_package() -> None:
    """All that depends on the SDK is in one place; type checkers may look elsewhere."""
    depending = [file for file in modules(ENGINE, CHECKS) if "wandb" in map(package, imports(file))]
    assert depending
    assert {relative(file.parent) for file in depending} == {"src/registry_doctor/sdk"}


def test_only_the_transport_speaks_http() -> None:
    """No other module imports requests, for type checkers neither."""
    speaking = [
        file for file in modules(ENGINE, CHECKS) if "requests" in map(package, imports(file, with_types=True))
    ]
    assert speaking
    assert {file.parent.name for file in speaking} == {"transport"}


def test_json_needs_no_tables() -> None:
    """The machine-readable report is written without tabulate."""
    assert "tabulate" not in map(package, imports(ENGINE / "report" / "json.py", with_types=True))


def test_no_module_is_long_or_vaguely_named() -> None:
    """A module has one purpose, and a name that says which."""
    files = modules(ENGINE, CHECKS)
    assert {
        relative(file) for file in files if len(file.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    } == set()
    assert {relative(file) for file in modules(ENGINE, CHECKS, ROOT / "tests") if file.stem in VAGUE} == set()


@pytest.mark.skipif(not CONTRACT.is_dir(), reason="the contract itself is not beside this repository")
@pytest.mark.parametrize("folder", ["worlds", "cases"])
def test_the_copies_of_the_contract_are_exact(folder: str) -> None:
    """The worlds and the cases are those of the contract, all of them."""
    ours = {file.name: file.read_bytes() for file in (COPIES / folder).glob("*.yaml")}
    theirs = {file.name: file.read_bytes() for file in (CONTRACT / folder).glob("*.yaml")}
    assert theirs
    assert ours == theirs


@pytest.mark.skipif(not CONTRACT.is_dir(), reason="the contract itself is not beside this repository")
def test_the_schema_is_the_contracts() -> None:
    """The sandbox answers by the evidence schema, and queries are checked against the same copy."""
    assert (ENGINE / "sandbox" / "schema.graphql").read_bytes() == (CONTRACT / "schema.graphql").read_bytes()


def test_the_public_names_are_complete_sorted_and_there() -> None:
    """`__all__` is what type checkers see, in order, and every name of it can be had."""
    names = registry_doctor.__all__
    assert list(names) == sorted(set(names))
    tree = ast.parse((ENGINE / "__init__.py").read_text(encoding="utf-8"))
    guarded = [
        node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    seen = [
        alias.asname or alias.name
        for each in guarded
        for node in each.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    assert sorted([*seen, "__version__"]) == list(names)  # the version is worked out at its first use
    # The import of a module would take the place of a public name like its own.
    assert {file.stem for file in ENGINE.iterdir()} & set(names) == set()
    for name in names:
        assert getattr(registry_doctor, name) is not None
    assert set(names) <= set(dir(registry_doctor))
    with pytest.raises(AttributeError):
        _ = registry_doctor.nothing_of_this_name
