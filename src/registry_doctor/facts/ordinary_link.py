"""Whether a link in a program goes to an ordinary project on purpose, as far as it can be known (registry-rules R1.2)."""

from __future__ import annotations

from registry_doctor.domain.interpretation import Interpretation
from registry_doctor.domain.near_names import near_names
from registry_doctor.domain.organizations import Organization
from registry_doctor.facts.base import Fact, Facts
from registry_doctor.facts.call import CALL, INTERPRETATION
from registry_doctor.facts.destination import REGISTRIES, REGISTRY
from registry_doctor.facts.identity import RESOLUTION


def _ordinary_link(facts: Facts) -> bool:
    call, reading = facts[CALL], facts.get(INTERPRETATION)
    if not call.in_code or call.for_ != "link" or reading is None:
        return False
    if reading.names_a_registry or reading.placeholders:
        return False
    return reading.is_bare_name or (reading.is_ordinary_path and not _registry_is_meant(facts, reading))


def _registry_is_meant(facts: Facts, reading: Interpretation) -> bool:
    """Whether the server shows what was meant: a registry of that or a near name, or the organization before it."""
    if facts.get(REGISTRY) is not None:
        return True
    resolution, listing = facts.get(RESOLUTION), facts.get(REGISTRIES)
    if resolution is not None and resolution.named_by == "path":
        named = isinstance(resolution.outcome, Organization) or resolution.elsewhere is not None
        if named or resolution.correction is not None:
            return True
    prefix = reading.as_typed.prefix if reading.as_typed else None
    if prefix is not None and " " in prefix.strip():  # only the display name of an organization has spaces
        return True
    names = [each.name for each in listing.rows] if listing is not None else []
    return any(near_names(name, names) for name in reading.registries)


ORDINARY_LINK: Fact[bool] = Fact(
    "ordinary link", _ordinary_link, after=(CALL, INTERPRETATION, RESOLUTION, REGISTRY, REGISTRIES)
)
"""In a program, a link to an ordinary project is legitimate; `True` if nothing shows that a registry was meant."""
