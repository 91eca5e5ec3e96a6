"""A PostgreSQL of its own on this machine, from the packages of the system (Debian: postgresql)."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

_PLACES = "/usr/lib/postgresql"
_PATIENCE_SECONDS = 30


class NoPostgresError(Exception):
    """PostgreSQL is not installed, or cannot be started; the message says which."""


def _programs() -> Path:
    found = sorted(Path(_PLACES).glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise NoPostgresError("PostgreSQL is not installed (Debian: apt-get install postgresql).")
    return found[-1].parent if found else Path(str(on_path)).parent


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The URL of a new server on loopback; it is gone, by its own process id, after the block.

    Raises:
        NoPostgresError: it is not installed here, or does not start.
    """
    programs, data = _programs(), folder / "data"
    data.mkdir(parents=True)
    user = group = None
    if os.getuid() == 0:
        # PostgreSQL refuses root; its package has made a user.
        try:
            found = pwd.getpwnam("postgres")
        except KeyError as error:
            raise NoPostgresError(
                "PostgreSQL does not run as root; add a user postgres."
            ) from error
        user, group = found.pw_uid, found.pw_gid
        os.chown(data, user, group)
        for parent in data.parents:
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", "seedbed", "-A", "trust", "-E", "UTF8", "-N"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=user,
        group=group,
    )
    if made.returncode:
        raise NoPostgresError(f"PostgreSQL cannot make a database here: {made.stderr.strip()}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["-h", "127.0.0.1", "-p", str(port), "-k", "", "-c", "fsync=off"]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user=user,
        group=group,
    )
    try:
        _wait(programs, port)
        yield f"postgresql://seedbed@127.0.0.1:{port}/postgres"
    finally:
        # Fast: without waiting for who is still connected.
        server.send_signal(signal.SIGINT)
        server.wait(timeout=_PATIENCE_SECONDS)


def new_database(url: str) -> str:
    """The URL of a new, empty database of a server."""
    name = f"d{uuid.uuid4().hex}"
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"create database {name}"))
    return url.rpartition("/")[0] + f"/{name}"


def _wait(programs: Path, port: int) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    ask = [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-q"]
    while subprocess.run(ask, check=False).returncode:
        if time.monotonic() > until:
            raise NoPostgresError("PostgreSQL does not answer.")
        time.sleep(0.1)
