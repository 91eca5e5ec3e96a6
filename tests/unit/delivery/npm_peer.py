"""Programs that others publish on npm: installed, and run on this machine for one test."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

_SECONDS = 60
# What npm says where there is no way to its registry; all else that goes wrong is a failure.
_OUT_OF_REACH = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ENETUNREACH", "ETIMEDOUT")


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on, each another one."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def installed(folder: Path, package: str) -> str:
    """Install a package into an empty folder; gives the path of node.

    Args:
        folder: empty; the package is installed there.
        package: name and version, `emulate@0.11.0`: another version is another program.
    """
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip(f"npm is not installed, so {package} cannot be")
    # Programs that a package brings along to run at installing stay unrun.
    install = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", package]
    try:
        subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm's registry does not answer in {_SECONDS} s, so {package} is not here")
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace")
        if any(code in said for code in _OUT_OF_REACH):
            pytest.skip(f"npm's registry is out of reach, so {package} is not here")
        pytest.fail(f"{package} cannot be installed: {said}")
    return node


@contextmanager
def running(folder: Path, package: str, words: Sequence[str], url: str) -> Iterator[None]:
    """Run the program that a package is named for, from when it answers at `url` to the end.

    Args:
        folder: as for `installed`.
        package: as for `installed`.
        words: what the program is told; it shall listen on the loopback only.
        url: any answer from there, also a refusal, says that the program is up.
    """
    node = installed(folder, package)
    program = folder / "node_modules" / ".bin" / package.partition("@")[0]
    output = folder / "output"
    with output.open("wb") as log:
        started = subprocess.Popen(
            [node, str(program), *words], cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        if not _answers(started, url):
            pytest.fail(f"{package} does not start: {output.read_text(errors='replace')}")
        yield
    finally:
        started.terminate()
        started.wait(timeout=_SECONDS)


def _answers(started: subprocess.Popen[bytes], url: str) -> bool:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and started.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False
