"""The ways out of a home: which channel takes what to whom."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from orchestration.delivery.channel import Channel
from orchestration.delivery.outbox import Outbox
from orchestration.delivery.smtp import Smtp
from orchestration.delivery.webhook import Webhook
from orchestration.home import Home
from orchestration.register import Recipient
from orchestration.sections import DeliverySettings, SlackSettings
from orchestration.settings import named_secret, now, secret_of


def outbox_only(home: Home) -> Callable[[Recipient], Channel]:
    """Everything into the outbox: what would have gone out."""
    outbox = Outbox(home.outbox)
    return lambda _recipient: outbox


def configured(home: Home, settings: DeliverySettings) -> Callable[[Recipient], Channel]:
    """Each medium by the channel that is configured for it; the outbox for the others."""
    outbox = Outbox(home.outbox, settings.email.sender)
    ways: dict[str, Channel] = {}
    slack = settings.slack
    token = secret_of(slack.token, slack.token_file, "delivery.slack.token_file")
    if token.get_secret_value():
        ways["slack"] = _slack(token, slack)
    if settings.email.host:
        email = settings.email
        password = secret_of(email.password, email.password_file, "delivery.email.password_file")
        ways["email"] = Smtp(email, password, now)

    def way(recipient: Recipient) -> Channel:
        if recipient.channel == "webhook":
            return _webhook(recipient.address, settings) or outbox
        if recipient.token_env:
            return _elsewhere(recipient.token_env, slack) or outbox
        return ways.get(recipient.channel, outbox)

    return way


def _slack(token: SecretStr, settings: SlackSettings) -> Channel:
    # Its SDK is loaded only where something goes out by it.
    from orchestration.delivery.slack import Slack
    from orchestration.delivery.slack_api import SlackApi

    return Slack(SlackApi(token, settings.api_url, settings.timeout_seconds))


def _elsewhere(token_env: str, settings: SlackSettings) -> Channel | None:
    """Another workspace, with the token that the environment holds for it."""
    token = named_secret(token_env)
    return _slack(token, settings) if token.get_secret_value() else None


def variable_of(recipient: Recipient) -> str:
    """What the environment must hold for this recipient alone; empty where settings are enough."""
    if recipient.channel == "webhook":
        return webhook_variable(recipient.address)
    return recipient.token_env or ""


def webhook_variable(address: str) -> str:
    """What the environment calls the address of a webhook; its secret is named so, and _SECRET."""
    return f"SEEDBED_WEBHOOK_{address.partition(':')[2]}"


def _webhook(address: str, settings: DeliverySettings) -> Channel | None:
    name = webhook_variable(address)
    url = named_secret(name)
    if not url.get_secret_value():
        return None
    return Webhook(url, named_secret(f"{name}_SECRET"), now, settings.webhook.timeout_seconds)
