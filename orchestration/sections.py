"""The sections of seedbed.toml: what can be set, its form, and what is shipped. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StrictBool,
    StrictFloat,
    StrictInt,
    field_validator,
)

# By https to everybody; without it only on this machine, to try it out.
_PUBLIC_URL = re.compile(
    r"(https://[A-Za-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?)(/[A-Za-z0-9._~-]+)*/?"
)

# Dagster's UI has no password of its own and stands in a network of one's own, often without https.
_UI_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~-]+)*/?")


def _reachable_ui(url: str) -> str:
    if url and not _UI_URL.fullmatch(url):
        raise ValueError("it is no address of a UI; write it like https://dagster.example.com")
    return url.rstrip("/")


# Where the data team reaches the Dagster UI of this home.
UiUrl = Annotated[str, AfterValidator(_reachable_ui)]


class _Section(BaseModel):
    """A section of seedbed.toml; a misspelt name in it is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DuckDBSettings(_Section):
    """Bounds for every DuckDB connection that the pipeline opens."""

    # 1 GB keeps a run under 1.5 GB for the process tree on the smallest machine we aim at.
    memory_limit: str = "1GB"
    threads: int = Field(default=2, ge=1)


class GateSettings(_Section):
    """When the gate stops being a filter and becomes a brake."""

    # Beyond one row in five a file is not dirty but wrong (shifted columns, wrong export).
    max_file_share: float = Field(default=0.2, ge=0, le=1)
    # A share is no evidence on a handful of rows.
    min_file_rows: int = Field(default=20, ge=0)
    # One bad export is a merchant's matter; a third of everything is ours.
    max_run_share: float = Field(default=0.34, ge=0, le=1)


class ScheduleSettings(_Section):
    """When the week is run."""

    # The platform's order export is ready by Monday morning; 09:30 leaves time to drop it.
    cron: str = "30 9 * * 1"
    first_week: str = "2020-01-06"

    @field_validator("first_week")
    @classmethod
    def _names_a_week(cls, first_week: str) -> str:
        """Keys of weeks are compared with it as they are written."""
        try:
            day = date.fromisoformat(first_week)
        except ValueError:
            raise ValueError("it is no day; write a Monday, like 2020-01-06") from None
        monday = day - timedelta(days=day.weekday())
        if first_week != monday.isoformat():
            raise ValueError(f"it is not written as a Monday; the week's own is {monday}")
        return first_week


# What an implementation of fsspec is given, as it names its own options; every text is a secret,
# for nobody can say which of them is one.
_Flag = StrictBool | StrictInt | StrictFloat | SecretStr
_Option = _Flag | dict[str, _Flag | dict[str, _Flag]]


class InboxSettings(_Section):
    """Where files are dropped, and what is taken from there."""

    # Any address that fsspec opens, such as s3://bucket/folder; empty is inbox/ of the home.
    # It may hold a password, so it is a secret.
    url: SecretStr = SecretStr("")
    options: dict[str, _Option] = {}
    # A copier writes at least once a second, and a file system may keep time in steps of 2
    # seconds: what was not touched for 5 is whole, and nobody minds waiting so long.
    settle_seconds: float = Field(default=5, ge=0, le=600)
    # Thirty shops, a dozen exports each, every week of a year are 18,720.
    zip_members: int = Field(default=20_000, ge=1)
    # The largest export known has 3 GB; three of them still fit on the smallest disk we aim at.
    zip_bytes: int = Field(default=10_000_000_000, ge=1)


class LandingSettings(_Section):
    """How archived exports lie on the disk: encrypted, if there is a key."""

    # `SEEDBED_LANDING__KEY`, or a file that holds it: 64 hex digits.
    key: SecretStr = SecretStr("")
    key_file: Path | None = None


class SlackSettings(_Section):
    """How digests reach Slack; without a token they go to the outbox."""

    # `SEEDBED_DELIVERY__SLACK__TOKEN`, or a file that holds it: a bot token, xoxb-….
    token: SecretStr = SecretStr("")
    token_file: Path | None = None
    # Another address than Slack's own, for a proxy.
    api_url: str = ""
    # Slack answers within a second or two; half a minute is a broken line.
    timeout_seconds: int = Field(default=30, ge=1)


class EmailSettings(_Section):
    """How digests reach mailboxes; without a host they go to the outbox."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    # starttls on 587, tls on 465; none only for a relay on the same machine.
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    # `SEEDBED_DELIVERY__EMAIL__PASSWORD`, or a file that holds it.
    password: SecretStr = SecretStr("")
    password_file: Path | None = None
    # What readers see, such as Seedbed <digest@example.com>.
    sender: str = "Seedbed <seedbed@localhost>"
    timeout_seconds: int = Field(default=60, ge=1)
    # Mailboxes of a provider may send some 30 mails a minute; a server of one's own more.
    per_minute: int = Field(default=30, ge=1)


class WebhookSettings(_Section):
    """How webhooks are posted to; their addresses and secrets stand in the environment."""

    # A robot answers within a second; half a minute is a broken line.
    timeout_seconds: int = Field(default=30, ge=1)


class ServeSettings(_Section):
    """Links of a digest to this home: `seedbed serve` answers them."""

    # Where readers reach `seedbed serve`, such as https://digest.example.com; without it no digest
    # has a link.
    public_url: str = ""
    # `SEEDBED_SERVE__KEY`, or a file that holds it; else links.key of the home, made once.
    key: SecretStr = SecretStr("")
    key_file: Path | None = None
    # From one address; whoever reads digests opens a few.
    requests_per_minute: int = Field(default=60, ge=1)

    @field_validator("public_url")
    @classmethod
    def _reachable(cls, url: str) -> str:
        if url and not _PUBLIC_URL.fullmatch(url):
            raise ValueError(
                "it is no address for readers; write it like https://digest.example.com"
            )
        return url.rstrip("/")


class DeliverySettings(_Section):
    """When and how digests leave the house."""

    # Whether the weekly run sends what it composed; otherwise it fills the outbox and a person
    # sends with `seedbed digest send`.
    auto_send: bool = False
    # Hours after the week's end from which digests leave: nothing goes before Monday 09:00.
    opens_hours: int = Field(default=9, ge=0, le=168)
    # Hours after the week's end until a digest waits for exports that are still missing: Tuesday
    # 18:00. Then it goes with what is known, and names what is not.
    cut_off_hours: int = Field(default=42, ge=0, le=168)
    # Full hours in the merchant's time zone between which nothing leaves; the same twice is never.
    quiet_from_hour: int = Field(default=21, ge=0, le=23)
    quiet_until_hour: int = Field(default=8, ge=0, le=23)
    # Minutes over which a sending's messages are spread, where window and night leave them; 0 sends
    # as fast as each way allows. The home is in use meanwhile, so no longer than a working day.
    spread_minutes: int = Field(default=0, ge=0, le=480)
    slack: SlackSettings = SlackSettings()
    email: EmailSettings = EmailSettings()
    webhook: WebhookSettings = WebhookSettings()


class HeartbeatSettings(_Section):
    """Who is told that a week is finished, so that silence alarms."""

    # An address of a watcher that is called once a week; it is a password, so it is a secret.
    url: SecretStr = SecretStr("")
    # It answers within a second; half a minute is a broken line.
    timeout_seconds: int = Field(default=30, ge=1)


class PublishSettings(_Section):
    """Which differences to what is published wait for a person."""

    # Whether a merchant's digest is held when a week that was whole has changed surprisingly.
    hold_surprises: bool = True
    # Late cancellations and second thoughts move less than one in twenty of a week that was whole.
    surprising_share: float = Field(default=0.05, ge=0)
    # A paid order stays one, whatever becomes of it: none should vanish.
    surprising_orders_lost: int = Field(default=0, ge=0)


class RetentionSettings(_Section):
    """What `seedbed gc` lets go."""

    # Days after which archived exports expire; 0 keeps them for ever. Raw rows stay in any case,
    # but what was not read of an expired file nobody can read any more.
    landing_days: int = Field(default=0, ge=0)
    # Days for which Dagster remembers runs: a year, and the same weeks of the year before.
    run_days: int = Field(default=400, ge=1)
