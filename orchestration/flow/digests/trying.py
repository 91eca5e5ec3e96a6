"""Try an address out before a digest depends on it: `seedbed channel test`."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex

from orchestration.delivery.channel import Channel, DeliveryError, Message, Step
from orchestration.delivery.channels import configured, webhook_variable
from orchestration.delivery.outbox import Outbox
from orchestration.flow.digests.recipients import at_address
from orchestration.flow.workspace import HomeError, Workspace
from orchestration.periods import last_closed_week
from orchestration.register import Recipient
from orchestration.settings import now

_TEXT = "Test of Seedbed: this is where its weekly digest will arrive. Nothing needs to be done."
_NOT_CONFIGURED = {
    "slack": (
        "Slack is not configured: set SEEDBED_DELIVERY__SLACK__TOKEN to the app's bot token, or "
        "delivery.slack.token_file in seedbed.toml (docs/slack.md); until then digests go to the "
        "outbox."
    ),
    "email": (
        "E-mail is not configured: set delivery.email.host (docs/email.md); until then "
        "digests go to the outbox."
    ),
}


def try_address(workspace: Workspace, address: str, token_env: str | None = None) -> list[Step]:
    """Send a test message to an address by the channel that its digests will take.

    Its token is the one that `token_env` names, else that of its entry in the register.

    Raises:
        HomeError: no channel is configured for such an address.
    """
    recipient = at_address(workspace.register(), address, "merchant", token_env)
    channel = configured(workspace.home, workspace.settings.delivery)(recipient)
    if isinstance(channel, Outbox):
        raise HomeError(_not_configured(recipient))
    return list(_steps(channel, _message(recipient)))


def _not_configured(recipient: Recipient) -> str:
    if recipient.token_env:
        return (
            f"{recipient.token_env} is not set: give it the bot token of the workspace of "
            f"{recipient.address} (docs/slack.md); until then its digests go to the outbox."
        )
    if recipient.channel == "webhook":
        return (
            f"The webhook is not configured: set {webhook_variable(recipient.address)} to its "
            "address (docs/webhook.md); until then its digests go to the outbox."
        )
    return _NOT_CONFIGURED[recipient.channel]


def _steps(channel: Channel, message: Message) -> Iterator[Step]:
    if message.medium == "slack":
        # Slack's SDK is loaded only where something goes out by it.
        from orchestration.delivery.slack import Slack
        from orchestration.delivery.slack_check import check_slack

        if isinstance(channel, Slack):
            yield from check_slack(channel, message)
            return
    try:
        receipt = channel.send(message)
    except DeliveryError as error:
        yield Step("send", is_done=False, sentence=str(error))
    else:
        told = f" ({receipt.provider_id})" if receipt.provider_id else ""
        sentence = f"sent to {message.address}{told}; look whether it is there."
        yield Step("send", is_done=True, sentence=sentence)


def _message(recipient: Recipient) -> Message:
    """A message unlike any digest and any test before it: mail readers hide what they know."""
    return Message(
        kind="merchant",
        merchant_id=f"test-{token_hex(8)}",
        week=last_closed_week(now()).monday,
        revision=1,
        medium=recipient.channel,
        address=recipient.address,
        language="en",
        subject="Test of Seedbed",
        slack={"text": _TEXT},
        html=f"<p>{_TEXT}</p>",
        text=_TEXT,
    )
