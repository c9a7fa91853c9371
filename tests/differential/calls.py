"""Calls in a world, drawn by hypothesis: who, which path in which spelling, for what, with which settings.

A call begins with a place that is there (or might be), which is then spelt as people spell: rightly, with another
prefix, encoded, pasted out of a browser, with a letter too many.

Left out, because nobody can know what W&B does there:

* an empty alias, and a path that ends in a colon: the answer of the server is not known (R1.15);
* a placeholder as the collection of a link: wandb would make a collection of that name, and the contract says RD207;
* `Wandb-Registry-Model` after the name of an organization's entity: wandb takes it for an ordinary project, and that
  the server finds the registry all the same is inferred (R1.12), while the contract has RD202 for it;
* a draft of somebody who is a viewer in the team: no field tells who may begin a project there;
* line breaks and other control characters: no field takes them;
* settings that wandb refuses when it is loaded: `tests/sdk/test_settings_like_sdk.py` compares those;
* the empty string as an option: click gives none, and a variable that is empty is drawn instead (R7.7).
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.target_path import REGISTRY_PREFIX as PREFIX
from tests.differential.known import Known, Registry, Source
from tests.differential.spellings import target_path
from tests.differential.worlds import ALIASES, TYPES, Document, Draw, key_of, members_of, one_of, slug
from tests.sdk.conftest import Case

GENERATED = Path("generated")


MISHAPS = (
    "organization", "organization", "registry", "registry", "collection", "collection", "version", "shape", "shape", "pasted", "source", "type",
    "entity", "organization setting", "project setting", "aliases",
)  # fmt: skip
"""What can go wrong in a call."""


def calls(world: Document, *, draft: bool = False) -> st.SearchStrategy[Case]:
    """A call in this world; a draft needs a run and is therefore drawn apart."""
    return _calls(world, draft).filter(
        lambda case: (
            not (_only_the_server_finds_a_registry(world, case) or (draft and _may_only_look(world, case)))
        )
    )


def _only_the_server_finds_a_registry(world: Document, case: Case) -> bool:
    """Whether wandb takes the path for one of an ordinary project, and a registry differs from that in case alone."""
    registries = {f"{PREFIX}{registry['name']}".casefold() for registry in world["registries"]}
    entities = {str(org["entity"]).casefold() for org in world["orgs"]}
    parts = case.target.partition(":")[0].split("/")
    if len(parts) < 2 or parts[-2].startswith(PREFIX) or parts[-2].casefold() not in registries:
        return False
    setting = case.options.get("--entity") or case.environ.get("WANDB_ENTITY") or ""
    return ((parts[0] if len(parts) == 3 else "") or setting).casefold() in entities


def _may_only_look(world: Document, case: Case) -> bool:
    """Whether the caller is a mere viewer in a team, or in an organization."""
    account = next(name for name in Known.of(world).accounts if key_of(name) == case.key)
    return any(members_of(each).get(account) == "viewer" for each in (*world["orgs"], *world["teams"]))


@st.composite
def _calls(draw: Draw, world: Document, draft: bool) -> Case:
    known = Known.of(world)
    mishaps = frozenset(draw(st.lists(st.sampled_from(MISHAPS), max_size=3)))
    for_: Purpose = "link" if draft else draw(st.sampled_from(["link", "use"]))
    account = one_of(draw, *known.accounts)
    filled = [place for place in known.places if len(place.versions) > 1]
    place = draw(st.sampled_from(filled if filled and for_ == "use" and _often(draw) else known.places))
    return Case(
        suite="generated",
        world=GENERATED,
        id="call",
        key=key_of(account),
        target=target_path(draw, known, account, place, for_, mishaps),
        for_=for_,
        options=_options(draw, known, account, place, for_, mishaps, draft=draft),
        aliases=_aliases(draw, mishaps) if for_ == "link" else (),
        environ=_environ(draw, known, account, mishaps),
        expect={},
    )


def _often(draw: Draw, out_of: int = 4) -> bool:
    return draw(st.integers(1, out_of)) < out_of


def _options(
    draw: Draw,
    known: Known,
    account: str,
    place: Registry,
    for_: Purpose,
    mishaps: frozenset[str],
    *,
    draft: bool,
) -> dict[str, str]:
    options: dict[str, str] = {}
    own_teams = known.own_teams(account, place.organization)
    if for_ == "link" and not draft:
        own = [each for each in known.sources if each.path.split("/")[0] in own_teams]
        fitting = [each for each in own if place.type in (None, each.type)]
        source = draw(
            st.sampled_from(known.sources if "source" in mishaps else fitting or own or known.sources)
        )
        options["--artifact"] = _artifact(draw, known, source, mishaps)
        if "type" in mishaps:
            options["--type"] = one_of(draw, source.type, *TYPES)
    elif draft or "type" in mishaps:
        options["--type"] = one_of(draw, place.type or TYPES[0], *TYPES)
    if "entity" in mishaps:
        options["--entity"] = _entity(draw, known, account)
    elif draw(st.booleans()) and own_teams:
        options["--entity"] = one_of(draw, *own_teams)
    if "project setting" in mishaps and not _often(draw, 3):
        options["--project"] = _project(draw, known)
    if "organization setting" in mishaps and not _often(draw, 3):
        options["--organization"] = _organization_setting(draw, known)
    return options


def _artifact(draw: Draw, known: Known, source: Source, mishaps: frozenset[str]) -> str:
    path, version = source.path, one_of(draw, *source.versions)
    if "source" not in mishaps:
        return f"{path}:{version}"
    entity, project, name = path.split("/")
    linked = draw(st.sampled_from(known.places))
    registry = f"{PREFIX}{linked.name}/{linked.collection}:{one_of(draw, *linked.versions)}"
    return one_of(
        draw, path, f"{path}:v9", f"{path}:V0", f"{path}:nothing", f"{project}/{name}:{version}", f"nobody/{project}/{name}:{version}", name,
        f"{entity.upper()}/{project}/{name}:{version}", f"/{project}/{name}:{version}", f"{entity}/{project.upper()}/{name}:{version}",
        f"{entity}/nothing/{name}:{version}", f"{path}x:{version}", f"{path}/{version}", f"{path}:{version}", f"{path}:{version}",
        registry, registry, f"{linked.organization}/{registry}", f"{linked.entity}/{registry}", f"{entity}/{registry}", f"/{registry}",
    )  # fmt: skip


def _entity(draw: Draw, known: Known, account: str) -> str:
    display, entity = draw(st.sampled_from(known.organizations))
    team = one_of(draw, *known.teams)
    return one_of(
        draw, account, team, team, team, "dee", "nobody", entity, display, team.upper(), account.upper()
    )


def _project(draw: Draw, known: Known) -> str:
    registry = draw(st.sampled_from(known.places)).name
    return one_of(
        draw, "detectors", "model", "model-registry", f"{PREFIX}{registry}", f"{PREFIX}nothing", PREFIX
    )


def _organization_setting(draw: Draw, known: Known) -> str:
    display, entity = draw(st.sampled_from(known.organizations))
    team = one_of(draw, *known.teams)
    host = slug(display) or "lab"
    return one_of(
        draw, display, display, entity, display.upper(), team, "zzz", f"https://{host}.wandb.io", f" {display}", f"https://wandb.ai/{entity}",
    )  # fmt: skip


def _environ(draw: Draw, known: Known, account: str, mishaps: frozenset[str]) -> dict[str, str]:
    environ: dict[str, str] = {}
    if "entity" in mishaps and draw(st.booleans()):
        environ["WANDB_ENTITY"] = one_of(draw, _entity(draw, known, account), "")
    if "project setting" in mishaps:
        environ["WANDB_PROJECT"] = one_of(draw, _project(draw, known), "")
    if "organization setting" in mishaps:
        environ["WANDB_ORGANIZATION"] = one_of(draw, _organization_setting(draw, known), "")
    return environ


def _aliases(draw: Draw, mishaps: frozenset[str]) -> tuple[str, ...]:
    odd = ("latest", "v3", "a/b", "a:b") if "aliases" in mishaps else ()
    if not odd and _often(draw):
        return ()
    return tuple(draw(st.lists(st.sampled_from([*odd, *ALIASES]), min_size=1, max_size=2, unique=True)))
