"""Which existing name a misspelt one may have meant, and how certain that is."""

from __future__ import annotations

import pytest

from registry_doctor.domain.near_names import Near, namesakes, near_names


def certain(name: str) -> tuple[Near, ...]:
    """The only other spelling."""
    return (Near(name, True),)


def likely(*names: str) -> tuple[Near, ...]:
    """Names that may have been meant, likeliest first."""
    return tuple(Near(name, False) for name in names)


SPELLINGS = {
    "other capitals": ("Model", ["model", "dataset"], certain("model")),
    "capitals inside": ("YOLO-Detector", ["yolo-detector"], certain("yolo-detector")),
    "capitals beyond ASCII": ("STRASSE", ["straße"], certain("straße")),
    "a plural": ("models", ["model", "dataset"], certain("model")),
    "a missing plural": ("Fine-tuned Model", ["Fine-tuned Models"], certain("Fine-tuned Models")),
    "other separators": ("golden-datasets", ["Golden Datasets"], certain("Golden Datasets")),
    "no separators": ("finetunedmodels", ["Fine-tuned Models"], certain("Fine-tuned Models")),
    "an underscore": ("fine_tuned_models", ["Fine-tuned Models"], certain("Fine-tuned Models")),
    "two of them: neither is certain": ("golden datasets", ["Golden Datasets", "golden-datasets"], likely("Golden Datasets", "golden-datasets")),
    "a spelling goes before a near name": ("Model", ["modal", "model"], certain("model")),
    "listed twice, it is one name": ("Model", ["model", "model"], certain("model")),
}  # fmt: skip

NEAR = {
    "two letters exchanged": ("modle", ["model", "dataset"], likely("model")),
    "a letter too much": ("datatset", ["model", "dataset"], likely("dataset")),
    "a wrong letter": ("detecter", ["detector", "whisper"], likely("detector")),
    "the likeliest first": ("detecto", ["detection", "detector"], likely("detector", "detection")),
    "an abbreviation": ("prod", ["staging", "production"], likely("production")),
    "an abbreviation in capitals": ("PROD", ["production"], likely("production")),
    "at most three": ("detector", ["detectora", "detectorb", "detectorc", "detectord"], likely("detectora", "detectorb", "detectorc")),
}  # fmt: skip

NOT_NEAR = {
    "nothing exists": ("model", []),
    "the name itself": ("model", ["model"]),
    "another name": ("segmenter", ["model", "dataset", "detector"]),
    "another word of much the same letters": ("speech", ["sketch"]),
    "another number": ("v9", ["v0", "v1"]),
    "another number at the end": ("detector-2", ["detector-1", "detector-3"]),
    "a number more": ("detector", ["detector-2"]),
    "a number with a point in it": ("v1.2", ["v12"]),
    "a number with a separator in it": ("yolo-1-2", ["yolo-12"]),
    "an abbreviation with another number": ("prod", ["production-2"]),
    "too short an abbreviation": ("pr", ["production"]),
    "an abbreviation of very much": ("fin", ["fine-tuned language models of the year"]),
    "other signs than separators": ("🚀", ["🔥"]),
    "a plus is no separator": ("c", ["c++"]),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "existing", "expected"), list(SPELLINGS.values()), ids=list(SPELLINGS))
def test_the_only_other_spelling_is_certain(
    typed: str, existing: list[str], expected: tuple[Near, ...]
) -> None:
    """Case, separators and plural make no other name."""
    assert near_names(typed, existing) == expected


@pytest.mark.parametrize(("typed", "existing", "expected"), list(NEAR.values()), ids=list(NEAR))
def test_a_near_name_is_likely(typed: str, existing: list[str], expected: tuple[Near, ...]) -> None:
    """A slip of the pen or an abbreviation may mean it."""
    assert near_names(typed, existing) == expected


@pytest.mark.parametrize(("typed", "existing"), list(NOT_NEAR.values()), ids=list(NOT_NEAR))
def test_a_different_name_is_not_near(typed: str, existing: list[str]) -> None:
    """Above all, names that differ in their digits are different names."""
    assert near_names(typed, existing) == ()


def test_abbreviations_can_be_left_out() -> None:
    """A longer name is then no other spelling of its beginning."""
    assert near_names("prod", ["production"], beginnings=False) == ()


def test_the_limit_can_be_chosen() -> None:
    """The likeliest are kept."""
    assert near_names("detecto", ["detection", "detector"], limit=1) == likely("detector")


@pytest.mark.parametrize(
    ("typed", "existing", "expected"),
    [
        ("Detector", ["detector"], certain("detector")),
        ("detectors", ["detector"], certain("detector")),
        ("detecter", ["detector"], likely("detector")),
        ("detector", ["detector"], ()),
        ("detector-large", ["detector"], ()),
        ("detector-2", ["detector-1"], ()),
        ("yola", ["yolo"], ()),
        ("whisper", ["detector"], ()),
    ],
)
def test_a_namesake_is_so_near_that_a_new_name_is_a_slip(
    typed: str, existing: list[str], expected: tuple[Near, ...]
) -> None:
    """Another spelling is one; so is a longer name with one wrong letter, but no extension."""
    assert namesakes(typed, existing) == expected
