"""The archive of digests: what every revision said, in each of its forms."""

from __future__ import annotations

import json
from pathlib import Path

from orchestration.delivery.channel import TEAM, DeliveryError
from orchestration.digest.content import DigestContent
from orchestration.digest.render import RenderedDigest, render_digest
from orchestration.files import forget_scraps, write_private
from orchestration.home import Home
from orchestration.periods import Week


def digest_folder(home: Home, rendered: RenderedDigest) -> Path:
    """`digests/<week>/<merchant_id or team>/r<revision>`."""
    content = rendered.content
    owner = content.merchant_id or TEAM
    return home.digests / content.week.isoformat() / owner / f"r{rendered.revision}"


def write_digest(home: Home, rendered: RenderedDigest) -> Path:
    """Write the forms of a revision that are not there yet; what is there stays as it was.

    Raises:
        DeliveryError: this revision stands there already and says something else.
    """
    folder = digest_folder(home, rendered)
    _refuse_another(folder / "digest.json", rendered)
    record = {
        "content": rendered.content.model_dump(mode="json"),
        "content_hash": rendered.content_hash,
        "build_id": rendered.build_id,
        "revision": rendered.revision,
        "subject": rendered.subject,
    }
    forms = {
        "digest.json": _json(record),
        "slack.json": _json(rendered.slack),
        **({"slack_thread.json": _json(rendered.slack_thread)} if rendered.slack_thread else {}),
        "email.html": rendered.html,
        "email.txt": rendered.text,
    }
    files = {name: text.encode() for name, text in forms.items()}
    if rendered.xlsx:
        files["figures.xlsx"] = rendered.xlsx
    forget_scraps(folder)
    for name, said in files.items():
        if not (folder / name).exists():
            write_private(folder / name, said)
    return folder


def read_digest(home: Home, week: Week, merchant_id: str, revision: int) -> RenderedDigest:
    """A revision as it was archived, rendered again from its content.

    Raises:
        DeliveryError: the archive does not have it.
    """
    path = home.digests / week.key / (merchant_id or TEAM) / f"r{revision}" / "digest.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DeliveryError(
            f"{path} is missing; run `seedbed run --week {week.key}` to compose it again."
        ) from error
    content = DigestContent.model_validate(record["content"])
    return render_digest(content, record["build_id"], record["revision"])


def archived_page(home: Home, week: Week, merchant_id: str, revision: int) -> str:
    """A revision as the HTML that was archived.

    Raises:
        DeliveryError: the archive does not have it.
    """
    path = home.digests / week.key / (merchant_id or TEAM) / f"r{revision}" / "email.html"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DeliveryError(f"{path} is missing; it cannot be shown again.") from error


def _refuse_another(path: Path, rendered: RenderedDigest) -> None:
    if not path.exists():
        return
    if json.loads(path.read_text(encoding="utf-8"))["content_hash"] != rendered.content_hash:
        raise DeliveryError(
            f"{path} says something else than the digest to be archived as r{rendered.revision}: "
            "the state does not know it; restore state.db, or move that folder away."
        )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
