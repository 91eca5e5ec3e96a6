"""Settings of a home, and the clock: the environment is read here only.

A setting is looked for in the environment (`SEEDBED_GATE__MAX_FILE_SHARE=0.1`), then in
`seedbed.toml` of the home, then here. Secrets are `SecretStr`, and never have a default.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from orchestration.home import HOME_VERSION, Home
from orchestration.sections import (
    DeliverySettings,
    DuckDBSettings,
    GateSettings,
    HeartbeatSettings,
    InboxSettings,
    LandingSettings,
    PublishSettings,
    RetentionSettings,
    ScheduleSettings,
    ServeSettings,
    UiUrl,
)


class SettingsError(Exception):
    """A setting cannot be used; the message names it and says how to mend it."""


class Settings(BaseSettings):
    """All settings of one home, typed and checked."""

    model_config = SettingsConfigDict(
        env_prefix="SEEDBED_", env_nested_delimiter="__", extra="forbid"
    )

    home_version: int = HOME_VERSION
    home_id: str = ""
    state_url: SecretStr | None = None
    # Without it the data team's digest has no link to Dagster.
    ui_url: UiUrl = ""
    duckdb: DuckDBSettings = DuckDBSettings()
    gate: GateSettings = GateSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    inbox: InboxSettings = InboxSettings()
    landing: LandingSettings = LandingSettings()
    delivery: DeliverySettings = DeliverySettings()
    publish: PublishSettings = PublishSettings()
    heartbeat: HeartbeatSettings = HeartbeatSettings()
    retention: RetentionSettings = RetentionSettings()
    serve: ServeSettings = ServeSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the home's file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(home: Home) -> Settings:
    """Read and check the settings of a home.

    Raises:
        SettingsError: the file is no TOML, or a value has the wrong type or an unknown name.
    """

    class OfThisHome(Settings):
        model_config = SettingsConfigDict(toml_file=home.settings_file)

    try:
        settings = OfThisHome()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"{home.settings_file}: setting '{name}': {first['msg']}; mend it there "
            f"or in the environment variable SEEDBED_{name.upper().replace('.', '__')}."
        ) from error
    except ValueError as error:
        raise SettingsError(f"{home.settings_file} is not valid TOML: {error}.") from error
    if settings.home_version > HOME_VERSION:
        raise SettingsError(
            f"{home.settings_file}: home_version {settings.home_version} was made by a newer "
            f"Seedbed (this one knows {HOME_VERSION}); update Seedbed, or use another home."
        )
    return settings


def secret_of(value: SecretStr, file: Path | None, name: str) -> SecretStr:
    """A secret from its setting, or else from the file that holds it; empty if neither is set.

    Raises:
        SettingsError: the file cannot be read, or holds nothing.
    """
    if value.get_secret_value() or file is None:
        return value
    try:
        text = file.expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{name}: {file} cannot be read; correct the path or its rights."
        ) from (error)
    if not text:
        raise SettingsError(f"{name}: {file} is empty; write the secret into it.")
    return SecretStr(text)


def named_secret(name: str) -> SecretStr:
    """A secret that the environment holds under a name, or in the file that NAME_FILE names.

    Raises:
        SettingsError: the file cannot be read, or holds nothing.
    """
    file = os.environ.get(f"{name}_FILE")
    held = SecretStr(os.environ.get(name, "").strip())
    return secret_of(held, Path(file) if file else None, f"{name}_FILE")


def state_url(home: Home, settings: Settings) -> str:
    """The address of the state database: SQLite in the home unless a URL is set."""
    if settings.state_url is not None:
        return settings.state_url.get_secret_value()
    return f"sqlite:///{home.state_file}"


def home_from_environment() -> Home:
    """The home named by `SEEDBED_HOME`, else `./home`."""
    return Home(Path(os.environ.get("SEEDBED_HOME", "home")).expanduser().resolve())


def child_environment(home: Home) -> dict[str, str]:
    """Environment for a process (dbt, the Dagster UI) that works on this home.

    The commands beside this Python come first on PATH, so that an installation needs no
    activation; nothing is sent to anybody's telemetry.
    """
    limits = load_settings(home).duckdb
    beside_python = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    if beside_python not in path.split(os.pathsep):
        path = os.pathsep.join(filter(None, (beside_python, path)))
    # `dg` compares the environment it runs in with the project's by this variable.
    in_venv = {"VIRTUAL_ENV": sys.prefix} if sys.prefix != sys.base_prefix else {}
    return {
        # Dagster asks dbt for JSON on standard output, and dbt.log would be JSON, too: harder to
        # read, and slower by a second a build. Who wants it says so in the environment.
        "DBT_LOG_FORMAT_FILE": "debug",
        # Its messages are shown where colours would be control characters.
        "DBT_USE_COLORS": "false",
        "DBT_USE_COLORS_FILE": "false",
        **os.environ,
        **in_venv,
        "PATH": path,
        "SEEDBED_HOME": str(home.root),
        "SEEDBED_DUCKDB_MEMORY_LIMIT": limits.memory_limit,
        "SEEDBED_DUCKDB_THREADS": str(limits.threads),
        "DAGSTER_HOME": str(home.dagster),
        "DBT_TARGET_PATH": str(home.dbt_target),
        "DBT_LOG_PATH": str(home.dbt_target),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def export_environment(home: Home) -> None:
    """Make this home the one that Dagster and dbt of this process see."""
    os.environ.update(child_environment(home))


def fixed_clock() -> str:
    """What `SEEDBED_NOW` says; empty where the clock goes."""
    return os.environ.get("SEEDBED_NOW", "")


def machine_zone() -> str:
    """The time zone that `TZ` names for every program; empty where the machine's own is taken."""
    return os.environ.get("TZ", "")


def now() -> datetime:
    """The only clock, in UTC; `SEEDBED_NOW` (ISO 8601 with offset) sets it."""
    fixed = fixed_clock()
    if not fixed:
        return datetime.now(tz=UTC)
    try:
        moment = datetime.fromisoformat(fixed)
    except ValueError as error:
        raise SettingsError(
            f"SEEDBED_NOW={fixed} is not a time; write it like 2024-09-16T10:00:00+08:00."
        ) from error
    if moment.tzinfo is None:
        raise SettingsError(f"SEEDBED_NOW={fixed} has no offset; add one, such as +08:00.")
    return moment.astimezone(UTC)
