"""Readers: by which way their digests go, who cannot be reached, and which secrets are missing."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.delivery.channels import configured, variable_of
from orchestration.delivery.ledger import failed, unsure
from orchestration.delivery.links import links_of
from orchestration.flow.digests.sender import is_a_copy
from orchestration.flow.digests.settling import digest_of, what_ends_it
from orchestration.flow.doctor.finding import Finding
from orchestration.flow.workspace import Workspace
from orchestration.periods import last_closed_week
from orchestration.register import Channel, Recipient, RegisterError
from orchestration.settings import named_secret, now
from orchestration.state.pauses import paused
from orchestration.state.readers import unsubscribed

_MEDIA: tuple[Channel, ...] = ("email", "slack")


def delivery(workspace: Workspace) -> Iterator[Finding]:
    """By which way digests go out, and whether by themselves."""
    if is_a_copy(workspace):
        yield Finding(
            "note",
            "This home is a copy or was restored, and sends nothing; see that the other one sends "
            "no more, then `seedbed home adopt`.",
        )
    settings = workspace.settings.delivery
    channel_of = configured(workspace.home, settings)
    everybody = _everybody(workspace)
    media = {r.channel for r in everybody if not variable_of(r)}
    for medium in _MEDIA:
        if medium not in media:
            continue
        name = channel_of(Recipient(channel=medium, address="a@b.c", digest="merchant")).name
        if name == "outbox":
            yield Finding(
                "note",
                f"No {medium} channel is configured: those digests stay in the outbox. "
                f"docs/{medium}.md says how to set one up.",
            )
        else:
            yield Finding("ok", f"Digests by {medium} go out by the channel '{name}'.")
    if everybody and not settings.auto_send:
        yield Finding(
            "note",
            "delivery.auto_send is off: the weekly run fills the outbox, and a person sends with "
            "`seedbed digest send`.",
        )


def links(workspace: Workspace) -> Iterator[Finding]:
    """Whether digests have links, and who has unsubscribed."""
    address = workspace.settings.serve.public_url
    if address:
        # Looks at the key, too.
        links_of(workspace.home, workspace.settings.serve)
        yield Finding("ok", f"Digests have links to {address}; `seedbed serve` answers them.")
    else:
        yield Finding(
            "note",
            "serve.public_url is not set: digests have no links, readers unsubscribe and answer by "
            "writing to delivery.email.sender (docs/serve.md).",
        )
    for merchant_id, recipient in unsubscribed(workspace.store):
        yield Finding(
            "note",
            f"{recipient} has unsubscribed from the digest of {merchant_id or 'the data team'}; "
            "take it out of merchants.yml, or if it asks for it again: `seedbed merchants resume "
            f"{recipient.partition(':')[2]}`.",
        )


def recipients(workspace: Workspace) -> Iterator[Finding]:
    """Who cannot be reached, until somebody has mended it."""
    for row in paused(workspace.store).values():
        address = row.recipient.partition(":")[2]
        yield Finding(
            "note",
            f"{row.recipient} is paused since {row.paused_at:%Y-%m-%d}: {row.reason} When that is "
            f"mended: `seedbed merchants resume {address}`.",
        )


def open_deliveries(workspace: Workspace) -> Iterator[Finding]:
    """What failed of the last closed week, and whatever may or may not have arrived of any."""
    given_up = set(paused(workspace.store))
    tried_again = [
        row
        for row in failed(workspace.store, last_closed_week(now()).monday)
        if row.recipient not in given_up
    ]
    for row in (*tried_again, *unsure(workspace.store)):
        whose = f"{digest_of(row)} of {row.week} for {row.recipient}"
        yield Finding("note", f"{whose}: {what_ends_it(workspace.store, row)}")


def secrets(workspace: Workspace) -> Iterator[Finding]:
    """What the environment must hold for single readers."""
    names: set[str] = set()
    for one in _everybody(workspace):
        name = variable_of(one)
        names |= {name}
        if one.channel == "webhook" and one.address.startswith("json:"):
            # Only this form is signed in any case; robots may be without a signature.
            names |= {f"{name}_SECRET"}
    for name in sorted(names - {""}):
        if not named_secret(name).get_secret_value():
            yield Finding(
                "note", f"{name} is not set, so digests that need it stay in the outbox; set it."
            )


def _everybody(workspace: Workspace) -> list[Recipient]:
    try:
        register = workspace.register()
    except RegisterError:
        # Told already, where the register was looked at.
        return []
    of_merchants = [one for merchant in register.merchants for one in merchant.recipients]
    return [*of_merchants, *register.team.recipients]
