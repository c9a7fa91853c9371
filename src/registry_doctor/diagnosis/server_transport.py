"""Create the transport to the server that the settings name."""

from __future__ import annotations

from registry_doctor.diagnosis.options import Options
from registry_doctor.settings import ApiKey, IdentityToken, InvalidCredentials, NoCredentials, Settings
from registry_doctor.support.distributions import DISTRIBUTION
from registry_doctor.support.versions import installed_version
from registry_doctor.transport import Basic, Bearer, Deadline, HttpTransport


def transport_for(settings: Settings, options: Options, user_agent: str | None = None) -> HttpTransport | str:
    """Create the transport for these settings, or return the reason why no request can be sent.

    `user_agent` is that of another program whose queries are passed on.
    """
    if options.offline:
        return "the server was not asked (--offline)"
    if settings.base_url_problem is not None:
        return "nothing was sent: wandb refuses the address of the server"
    credentials: Basic | Bearer
    match settings.credentials:
        case ApiKey(secret):
            credentials = Basic(secret)
        case IdentityToken():
            from registry_doctor.sdk import access_token  # imported here: it loads wandb

            token = access_token(settings)
            if isinstance(token, str):
                return f"nothing was sent: {token}"
            credentials = Bearer(token)
        case InvalidCredentials():
            return "nothing was sent: wandb refuses the credentials as they are"
        case NoCredentials():
            return "nothing was sent: there are no credentials"
    agent = user_agent or f"{DISTRIBUTION}/{installed_version(DISTRIBUTION)}"
    return HttpTransport(
        settings.base_url.value,
        credentials,
        deadline=Deadline.after(options.timeout),
        read_timeout=min(options.timeout, settings.timeout.value),
        user_agent=agent,
        keep_connection=True,
    )
