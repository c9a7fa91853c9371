from registry_doctor.plugin import SETTINGS, DeclaredFacts, Fail, Fix, Outcome, Pass, Severity, check


@check("RD005", needs=[SETTINGS])
def settings_readable(facts: DeclaredFacts) -> Outcome:
    """wandb can read its settings files and variables.

    ## What to do

    Correct or remove the line or the variable that the message names: `unset WANDB_PROJECT`. In a file, write
    `%%` for `%`.

    ## Before / After

    Before: `base_url = https://wandb.ai` in `~/.config/wandb/settings`.
    After: `base_url = https://api.wandb.ai`.

    ## Why it matters

    One unknown name or invalid value makes wandb ignore all settings of both files, also entity, organization
    and server address. wandb then continues with its defaults (R7.5). A single `%`, or an invalid variable,
    stops wandb.

    ## What it looks at

    The two settings files, `~/.config/wandb/settings` and `wandb/settings`: the names in them, and the values
    of address, mode, project and key. Also the variables of the same settings, and `WANDB_HTTP_TIMEOUT`.

    ## What wandb says

    - SDK 0.31.0, an unknown name or an invalid value in a file: a validation error on the terminal, which is
      easy to miss, and then nothing more.
    - SDK 0.31.0, a `%` in a value: `configparser.InterpolationSyntaxError` at the first use.
    - SDK 0.31.0, a malformed variable: a validation error at the first use.
    - Other versions: the words are not known.

    ## How sure this is

    Proven: wandb was run with such files and variables (R7.5, R7.6).
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
    steps = [f"In {path}, correct or remove the line. Write `%%` for `%`." for path in files]
    steps += [f"Correct or remove {variable}." for variable in variables]
    away = [variable for variable in variables if variable.startswith("WANDB_")]
    fix = Fix(
        "correct or remove the setting",
        steps=tuple(steps),
        snippet=f"unset {' '.join(away)}" if away else None,
    )
    if stops:
        return Fail(
            f"wandb stops when it is first used. {'; '.join(stops)}", (fix,), leaves_unknown=frozenset()
        )
    if dropped:
        message = f"wandb ignores some of its settings. {'; '.join(dropped)}"
        return Fail(message, (fix,), Severity.WARNING, leaves_unknown=frozenset())
    return Pass("wandb can read its settings")
