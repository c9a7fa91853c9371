"""Target paths, drawn by hypothesis: a place that is there (or might be), spelt as people spell."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from hypothesis import strategies as st

from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.target_path import REGISTRY_PREFIX as PREFIX
from tests.differential.known import Known, Registry
from tests.differential.worlds import ALIASES, COLLECTIONS, REGISTRIES, Draw, one_of, slug


def target_path(
    draw: Draw, known: Known, account: str, place: Registry, for_: Purpose, mishaps: frozenset[str]
) -> str:
    """The path of this place, with these mishaps; without any it is right."""
    if "pasted" in mishaps:
        return _pasted(draw, place, one_of(draw, *place.versions))
    prefix, project, name = None, PREFIX + place.name, place.collection
    version = None if for_ == "link" else one_of(draw, *place.versions)
    if "organization" in mishaps:
        prefix = _prefix(draw, known, account, place)
    elif draw(st.booleans()):
        prefix = one_of(draw, place.organization, place.entity)
    if "registry" in mishaps:
        project = _registry_part(draw, place.name)
    if "collection" in mishaps:
        name = _collection_part(draw, place.collection, for_)
    elif for_ == "link" and draw(st.booleans()):
        name = one_of(draw, "fresh", "brand new", "новая", *COLLECTIONS)
    if "version" in mishaps:
        version = _version_part(draw, place.versions)
    return _joined(draw, prefix, project, name, version, mishaps)


def _prefix(draw: Draw, known: Known, account: str, place: Registry) -> str:
    organization, entity = place.organization, place.entity
    spelt = (
        organization.upper(), organization.lower(), organization.swapcase(), entity.upper(), f"{slug(organization)}-org",
        entity.partition("_")[0], organization.replace(" ", "-"), f" {organization}", quote(organization), _other_form(organization),
        *_slips(draw, organization),
    )  # fmt: skip
    other = draw(st.sampled_from(known.organizations))
    odd = (account, "", "zzz", "<org>", "your_entity", f"{organization}/{next(iter(known.teams))}", "wandb")
    return draw(
        st.sampled_from([known.teams, spelt, spelt, other, odd]).flatmap(
            lambda names: st.sampled_from([*names])
        )
    )


def _registry_part(draw: Draw, registry: str) -> str:
    other = one_of(draw, *REGISTRIES)
    return one_of(
        draw, registry, registry, registry.upper(), f"Wandb-Registry-{registry}", f"wandb_registry_{registry}", f"wandb registry {registry}",
        PREFIX + registry.upper(), PREFIX + registry.lower(), PREFIX + PREFIX + registry, PREFIX + quote(registry),
        f"{PREFIX}{registry} ", f" {PREFIX}{registry}", f"registry-{registry}", f"{PREFIX}{registry}s", PREFIX + other, other, PREFIX,
        "model-registry", PREFIX + "{REGISTRY}", PREFIX + "nothing-like-it", "", f"wandb-registry/{registry}", f"WANDB-REGISTRY-{registry}",
        PREFIX + _other_form(registry), PREFIX + registry.replace(" ", "-"), PREFIX + registry.replace(" ", "+"),
        PREFIX + registry.replace("-", "_"), *(PREFIX + slip for slip in _slips(draw, registry)),
    )  # fmt: skip


def _collection_part(draw: Draw, collection: str, for_: Purpose) -> str:
    placeholders = ("<name>", "$NAME") if for_ == "use" else ()
    return one_of(
        draw, f"{collection} ", f" {collection}", quote(collection), collection.upper(), _other_form(collection), "", "n" * 129,
        f"{collection}%20", collection.replace(" ", "-"), collection.replace(" ", "_"), f"{collection}s", "a\\b", *COLLECTIONS,
        *_slips(draw, collection), *placeholders,
    )  # fmt: skip


def _version_part(draw: Draw, versions: tuple[str, ...]) -> str | None:
    version = one_of(draw, *versions)
    return draw(st.sampled_from([
        None, "v9", "V0", version, version.upper(), f"{version} ", f" {version}", quote(version), "a/b", f"{version}/x", "<version>", "prod",
        "v0:latest", "Latest", "newest", "0", "v-1", "v00", *ALIASES, *_slips(draw, version),
    ]))  # fmt: skip


def _joined(
    draw: Draw, prefix: str | None, project: str, name: str, version: str | None, mishaps: frozenset[str]
) -> str:
    plain = "/".join([*([] if prefix is None else [prefix]), project, name])
    tail = "" if version is None else f":{version}"
    if "shape" not in mishaps:
        return plain + tail
    return one_of(
        draw, f"/{plain}{tail}", f"{plain}/{tail}", f"{plain}{tail}/", plain.replace("/", "//") + tail, plain.replace("/", "%2F") + tail,
        plain.replace("/", "\\") + tail, f"'{plain}{tail}'", f" {plain}{tail}", f"{plain}{tail} ", f"{name}{tail}", project + tail,
        f"a/{plain}{tail}", f"{plain}/{version or 'v0'}", f"{name}/{project}{tail}", plain.replace("-", "\u2013") + tail, plain, f"{plain}@v0",
        f"//{plain}{tail}", quote(plain + tail),
    )  # fmt: skip


def _pasted(draw: Draw, place: Registry, version: str) -> str:
    app = one_of(
        draw, "https://wandb.ai", "https://forge.coreweave.com/wandb", "http://127.0.0.1:8080", "wandb.ai"
    )
    organization, registry, inside = (
        place.organization,
        place.name,
        f"{PREFIX}{place.name}/{place.collection}",
    )
    selection = quote(f"{place.entity}/{inside}", safe="")
    number = version if version.startswith("v") else "v0"
    return one_of(
        draw,
        f"{app}/orgs/{quote(organization)}/registry/{quote(registry)}?selectionPath={selection}&view=membership&version={number}",
        f"{app}/orgs/{organization}/registry/{registry}?selectionPath={selection}&view=membership&version={number}",
        f"{app}/registry/{quote(registry)}?selectionPath={selection}",
        f"{app}/orgs/{quote(organization)}/registry/{quote(registry)}",
        f"wandb-artifact:///{organization}/{inside}:{version}",
        f"wandb-artifact:///{inside}:{version}",
        f"registry:///{organization}/{registry}/{place.collection}:{version}",
        f"registry://{place.entity}/{registry}/{place.collection}",
    )


def _other_form(name: str) -> str:
    """The same letters composed otherwise: what a person sees does not differ."""
    composed = unicodedata.normalize("NFC", name)
    return unicodedata.normalize("NFD", name) if composed == name else composed


def _slips(draw: Draw, name: str) -> tuple[str, ...]:
    """A letter left out, doubled, or exchanged for its neighbour."""
    at = draw(st.integers(0, max(len(name) - 1, 0)))
    swapped = name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    return (name[:at] + name[at + 1 :] or "x", name[: at + 1] + name[at:], swapped)
