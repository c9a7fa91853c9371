from registry_doctor.plugin import SETTINGS, DeclaredFacts, Fail, Fix, Outcome, Pass, Severity, check


@check("RD005", needs=[SETTINGS])
def settings_readable(facts: DeclaredFacts) -> Outcome:
    """wandb can read its settings files and variables.

    ## What it looks at

    The two settings files, `~/.config/wandb/settings` and `wandb/settings`: their names, and the values of
    address, mode, project and key. The variables of the same settings, and `WANDB_HTTP_TIMEOUT`.

    ## Why it matters

    One unknown name or invalid value makes wandb drop the settings of both files, entity, organization and
    server address included, and go on with its defaults (R7.5). A `%` that is not doubled, and a malformed
    variable, stop it.

    ## What wandb says

    - SDK 0.31.0, an unknown name or an invalid value in a file: a validation error on the terminal, easily
      overlooked, and then nothing more.
    - SDK 0.31.0, a `%` in a value: `configparser.InterpolationSyntaxError` at the first use.
    - SDK 0.31.0, a malformed variable: a validation error at the first use.
    - Other versions: the words are not known.

    ## Fix

    Correct the line or the variable that the message names, or take it away: `unset WANDB_PROJECT`. In a
    file, write `%%` for `%`.

    ## Before / After

    Before: `base_url = https://wandb.ai` in `~/.config/wandb/settings`.
    After: `base_url = https://api.wandb.ai`.
    """
    settings = facts[SETTINGS]
    stops = [f"{each.path}: {each.problem}" for each in settings.file_problems if each.crashes]
    stops += [f"{each.variable}: {each.problem}" for each in settings.variable_problems]
    if settings.timeout_problem is not None:
        stops.append(f"WANDB_HTTP_TIMEOUT: {settings.timeout_problem}")
    dropped = [f"{each.path}: {each.problem}" for each in settings.file_problems if not each.crashes]
    files = dict.fromkeys(each.path for each in settings.file_problems)
    variables = [each.variable for each in settings.variable_problems]
    if settings.timeout_problem is not None:
        variables.append("WANDB_HTTP_TIMEOUT")
    steps = [f"In {path}, correct the line or take it out; a `%` is written `%%`." for path in files]
    steps += [f"Correct {variable}, or take it away." for variable in variables]
    away = [variable for variable in variables if variable.startswith("WANDB_")]
    fix = Fix("correct or remove it", steps=tuple(steps), snippet=f"unset {' '.join(away)}" if away else None)
    if stops:
        return Fail(
            f"wandb stops as soon as it is used. {'; '.join(stops)}", (fix,), leaves_unknown=frozenset()
        )
    if dropped:
        message = f"wandb does not use all of its settings. {'; '.join(dropped)}"
        return Fail(message, (fix,), Severity.WARNING, leaves_unknown=frozenset())
    return Pass("wandb can read its settings")
