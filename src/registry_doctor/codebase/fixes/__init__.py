"""Writing corrected paths back into the source."""

from registry_doctor.codebase.fixes.diff import for_terminal
from registry_doctor.codebase.fixes.edits_of_targets import with_edits, with_reasons
from registry_doctor.codebase.fixes.plan import Applied, EditPlan, FileEdit, Fixed, Left, plan_edits

__all__ = [
    "Applied",
    "EditPlan",
    "FileEdit",
    "Fixed",
    "Left",
    "for_terminal",
    "plan_edits",
    "with_edits",
    "with_reasons",
]
