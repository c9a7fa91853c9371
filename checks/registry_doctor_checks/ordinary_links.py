"""The ordinary project that a link in a program goes to. Data of RD201 and RD202, not a check."""

from registry_doctor.plugin import Call, Settings, TargetPath, quoted_name


def project_of(call: Call, settings: Settings, typed: TargetPath) -> tuple[str | None, str | None]:
    """Entity and project as far as they are known: wandb adds missing parts from the run, or from the settings."""
    by_run = call.by_run or call.method is None
    entity = settings.run_entity.value if by_run else None
    if not by_run and call.artifact is not None and call.artifact.count("/") == 2:
        entity = call.artifact.split("/")[0]
    project = (settings.run_project if by_run else settings.project).value
    return typed.prefix or entity, typed.project or project


def is_own_project(call: Call, settings: Settings, typed: TargetPath) -> bool:
    """Whether the path names the project, and perhaps the entity, of the run that makes the link."""
    own_entity, own_project = settings.run_entity.value, settings.run_project.value
    same_entity = typed.prefix is None or typed.prefix == own_entity
    return call.by_run and own_project is not None and typed.project == own_project and same_entity


def landing(call: Call, settings: Settings, typed: TargetPath) -> str:
    """Where the link lands: `collection 'm1' of project 'team/ensemble'`."""
    entity, project = project_of(call, settings, typed)
    collection = f"collection {quoted_name(typed.collection)}"
    if project is None:
        return f"{collection} of the run's own project"
    where = f"{entity}/{project}" if entity else project
    return f"{collection} of project {quoted_name(where)}"
