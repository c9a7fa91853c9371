"""The target path and the options that describe the call to wandb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING

import click

from registry_doctor.cli.live_names import artifacts, entities, targets
from registry_doctor.cli.options import base_url_option, organization_option, sdk_version_option
from registry_doctor.support.records import record

if TYPE_CHECKING:
    from registry_doctor.cli.configuration_option import Chosen
    from registry_doctor.domain.interpretation import Purpose
    from registry_doctor.facts import Call, Method
    from registry_doctor.settings import Given

CALL_METHODS = (
    "run.link_artifact",
    "artifact.link",
    "run.link_model",
    "run.use_artifact",
    "api.artifact",
    "run.use_model",
)
"""The methods that link or fetch a version; a test compares them with those of the engine."""


@record(frozen=True)
class CallOptions:
    """The call as given on the command line; `settled` resolves contradictions."""

    target_path: str | None
    for_: Purpose
    method: Method | None
    artifact: str | None
    type_: str | None
    entity: str | None
    project: str | None
    organization: str | None
    aliases: tuple[str, ...]
    sdk_version: str | None
    base_url: str | None

    def settled(self, ctx: click.Context) -> CallOptions:
        """Return the options without those that the call does not accept; print a note about each of those.

        Raises UsageError if the purpose and the method contradict each other.
        """
        method, artifact, type_, aliases = self.method, self.artifact, self.type_, self.aliases
        for_ = _purpose(ctx, self.for_, method)
        if method == "run.link_model" and artifact is not None:
            click.echo(
                "note: --artifact is ignored: run.link_model logs files itself; give their type with --type",
                err=True,
            )
            artifact = None
        if method == "run.use_model" and type_ is not None:
            click.echo("note: --type is ignored: run.use_model does not accept a type", err=True)
            type_ = None
        if for_ != "link" and (artifact is not None or aliases):
            click.echo("note: --artifact and --alias are ignored: they only apply to a link", err=True)
            artifact, aliases = None, ()
        return replace(self, for_=for_, artifact=artifact, type_=type_, aliases=aliases)

    def call(self) -> Call:
        """The call that is diagnosed."""
        from registry_doctor.facts import Call  # imported here: the help does not need it

        return Call(
            self.target_path,
            self.for_,
            self.artifact,
            self.type_,
            self.aliases,
            self.method,
            self.sdk_version,
        )

    def configured(self, chosen: Chosen) -> CallOptions:
        """The same call, with what the configuration says and the command line does not."""
        return replace(
            self,
            entity=chosen.text("entity", self.entity),
            project=chosen.text("project", self.project),
            organization=chosen.text("organization", self.organization),
            base_url=chosen.text("base-url", self.base_url),
            sdk_version=chosen.text("sdk-version", self.sdk_version),
        )

    def given(self, chosen: Chosen | None = None) -> Given:
        """The values that override the settings; `chosen` knows which of them the configuration says."""
        from registry_doctor.settings import Given  # imported here: the help does not need it

        return Given(
            base_url=self.base_url,
            entity=self.entity,
            project=self.project,
            organization=self.organization,
            sources=chosen.sources() if chosen is not None else (),
            base_url_file=chosen.file_of("base-url") if chosen is not None else None,
        )


def _purpose(ctx: click.Context, for_: Purpose, method: Method | None) -> Purpose:
    """Return the purpose of the path: that of the method if there is one. Raises UsageError if --for contradicts it."""
    if method is None:
        return for_
    from registry_doctor.facts import agreed_purpose, purpose_of

    chosen = ctx.get_parameter_source("for_") is not click.core.ParameterSource.DEFAULT
    if chosen and agreed_purpose(for_, method) is None:
        raise click.UsageError(f"--for {for_} and --call {method} contradict each other")
    return purpose_of(method)


_OPTIONS = (
    click.argument("target_path", required=False, shell_complete=targets),
    click.option(
        "--for",
        "for_",
        type=click.Choice(["link", "use"]),
        default="link",
        show_default=True,
        help="What the path is for.",
    ),
    click.option(
        "--call",
        "method",
        type=click.Choice(CALL_METHODS),
        help="The wandb method that is called; implies --for.  [default: report what applies to every method]",
    ),
    click.option(
        "--artifact",
        metavar="ENTITY/PROJECT/NAME:VERSION",
        shell_complete=artifacts,
        help="The logged artifact to link; without it, a draft that a new run would log.",
    ),
    click.option("--type", "type_", metavar="TYPE", help="Type of the draft, or the type= of the fetch."),
    click.option(
        "--entity",
        metavar="NAME",
        shell_complete=entities,
        help="Entity that the run or wandb.Api is given.  [default: wandb's own setting]",
    ),
    click.option(
        "--project",
        metavar="NAME",
        help="Project that the run or wandb.Api is given.  [default: wandb's own setting]",
    ),
    organization_option,
    click.option(
        "--alias",
        "aliases",
        multiple=True,
        metavar="ALIAS",
        help="An alias for the linked version; repeatable.",
    ),
    sdk_version_option("the installed one"),
    base_url_option,
)


def call_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command TARGET_PATH and the options of the call; it gets them as `asked`, a CallOptions."""

    @wraps(command)
    def collecting(
        *args: object,
        target_path: str | None,
        for_: Purpose,
        method: Method | None,
        artifact: str | None,
        type_: str | None,
        entity: str | None,
        project: str | None,
        organization: str | None,
        aliases: tuple[str, ...],
        sdk_version: str | None,
        base_url: str | None,
        **others: object,
    ) -> None:
        asked = CallOptions(
            target_path, for_, method, artifact, type_, entity, project, organization, aliases, sdk_version,
            base_url,
        )  # fmt: skip
        command(*args, asked=asked, **others)

    decorated: Callable[..., None] = collecting
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
