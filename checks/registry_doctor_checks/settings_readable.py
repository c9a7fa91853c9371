from registry_doctor.check import Fail, Fix, Outcome, Pass, Severity, check
from registry_doctor.facts import SETTINGS, DeclaredFacts


@check("RD005", needs=[SETTINGS])
def settings_readable(facts: DeclaredFacts) -> Outcome:
    """wandb can read its settings files and variables.

    ## Why it matters

    One unknown name or invalid value in a settings file makes wandb drop the settings of all files, entity,
    organization and server address included, and go on with its defaults (R7.5). Some values make it stop.

    ## What wandb says

    A validation error on the terminal, easily overlooked; for a `%` in a value
    `configparser.InterpolationSyntaxError`, for a malformed variable a validation error at the first use.

    ## Fix

    Correct or remove the line or the variable that the message names.

    ## Before / After

    Before: `base_url = https://wandb.ai` in a settings file. After: the line is gone.
    """
    settings = facts[SETTINGS]
    stops = [f"{each.path}: {each.problem}" for each in settings.file_problems if each.crashes]
    stops += [f"{each.variable}: {each.problem}" for each in settings.variable_problems]
    if settings.timeout_problem is not None:
        stops.append(f"WANDB_HTTP_TIMEOUT: {settings.timeout_problem}")
    dropped = [f"{each.path}: {each.problem}" for each in settings.file_problems if not each.crashes]
    fix = Fix("correct or remove it", steps=("Correct or remove what the message names.",))
    if stops:
        return Fail(f"wandb stops as soon as it is used. {'; '.join(stops)}", (fix,), leaves=frozenset())
    if dropped:
        message = f"wandb does not use all of its settings. {'; '.join(dropped)}"
        return Fail(message, (fix,), Severity.WARNING, leaves=frozenset())
    return Pass("wandb can read its settings")
