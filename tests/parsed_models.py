"""The dbt project, parsed by dbt once for all homes of a machine and moved into each.

A parse takes nine seconds of processor time and differs between two homes in nothing but where they
lie. The first one to need it runs this module, which parses for a home at a place of its own.
"""

from __future__ import annotations

import ast
import getpass
import hashlib
import os
import pprint
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgpack
from filelock import FileLock

from orchestration.flow.models import (
    DBT_FOLDER,
    MANIFEST,
    PARSED_FOR,
    PARTIAL,
    dbt_command,
    parsed_for,
)
from orchestration.home import Home
from orchestration.settings import child_environment

# How dbt was told to reach DuckDB; it takes a parse only if nothing of this has changed.
_CONNECTION = "connection.txt"


def give_parsed_models(home: Home) -> None:
    """Put dbt's parse where `seedbed run` and dbt look for it; dbt checks it as any other."""
    source = _parsed_once()
    move = _mover(str(source.root), str(home.root))
    home.dbt_target.mkdir(parents=True, exist_ok=True)
    partial = move(_unpacked(source.dbt_target / PARTIAL))
    connection = move(ast.literal_eval((source.root / _CONNECTION).read_text()))
    partial["state_check"]["profile_hash"]["checksum"] = _hash_of(connection)
    with (home.dbt_target / PARTIAL).open("wb") as file:
        msgpack.pack(partial, file)
    manifest = (source.dbt_target / MANIFEST).read_text(encoding="utf-8")
    (home.dbt_target / MANIFEST).write_text(move(manifest), encoding="utf-8")
    (home.dbt_target / PARSED_FOR).write_text(parsed_for(home))


def _unpacked(file: Path) -> Any:
    return msgpack.unpackb(file.read_bytes(), strict_map_key=False)


def _mover(old: str, new: str) -> Callable[[Any], Any]:
    def move(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(old, new)
        if isinstance(value, dict):
            return {move(key): move(one) for key, one in value.items()}
        if type(value) in (list, tuple):
            return type(value)(move(one) for one in value)
        return value

    return move


def _hash_of(connection: Any) -> str:
    """As dbt's `ManifestLoader.build_manifest_state_check` makes it."""
    return hashlib.sha256(pprint.pformat(connection).encode()).hexdigest()


@cache
def _parsed_once() -> Home:
    """Named by all that decides what a parse holds, for it outlasts the run of tests."""
    digest = hashlib.sha256(f"{DBT_FOLDER} {parsed_for(Home(Path('/')))}".encode())
    for path in sorted(path for path in DBT_FOLDER.rglob("*") if path.is_file()):
        digest.update(path.relative_to(DBT_FOLDER).as_posix().encode() + path.read_bytes())
    name = f"seedbed-parsed-{getpass.getuser()}-{digest.hexdigest()[:16]}"
    home = Home(Path(tempfile.gettempdir()) / name)
    home.dagster.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(f"{home.root}/.parsing.lock"):
        if not (home.root / _CONNECTION).exists():
            subprocess.run([sys.executable, "-m", __name__, home.root], check=True)
    return home


def main(root: str) -> None:
    """Parse for a home at this place, and write down what dbt made of the profile."""
    from argparse import Namespace

    from dbt.config.runtime import load_profile
    from dbt.flags import set_from_args
    from dbt_common.context import set_invocation_context

    home = Home(Path(root))
    command, environment = dbt_command(home, "parse")
    subprocess.run(command, cwd=DBT_FOLDER, env=environment, check=True)
    os.environ.update(child_environment(home))
    set_invocation_context(os.environ.copy())
    set_from_args(Namespace(profiles_dir=str(DBT_FOLDER)), None)
    profile = load_profile(str(DBT_FOLDER), {}, None, None)
    connection = sorted(profile.credentials.connection_info())
    found = _unpacked(home.dbt_target / PARTIAL)["state_check"]["profile_hash"]["checksum"]
    assert found == _hash_of(connection), "dbt makes the hash of a profile otherwise than we do"
    (home.root / _CONNECTION).write_text(pprint.pformat(connection))


if __name__ == "__main__":
    main(sys.argv[1])
