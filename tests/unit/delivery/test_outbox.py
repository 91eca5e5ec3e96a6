import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from delivery_samples import OWNER, SHOP_CHANNEL, rendered

from orchestration.delivery.archive import digest_folder, write_digest
from orchestration.delivery.channel import DeliveryError, message_for
from orchestration.delivery.outbox import Outbox, address_slug
from orchestration.files import SCRATCH_PREFIX, write_private
from orchestration.home import Home
from orchestration.register import Recipient


def test_mail_holds_text_html_and_figures_of_the_digest(tmp_path: Path):
    digest = rendered()
    receipt = Outbox(tmp_path).send(message_for(digest, OWNER))
    assert receipt.provider_id == "2024-09-09/m001/r1/email__owner@example.com.eml"
    mail = message_from_bytes((tmp_path / receipt.provider_id).read_bytes(), policy=default)
    body, sheet = mail.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    assert sheet.get_filename() == "seedbed-2024-09-09.xlsx"
    assert sheet.get_content() == digest.xlsx
    text, html = body.iter_parts()
    assert text.get_content().splitlines() == digest.text.splitlines()
    assert html.get_content().splitlines() == digest.html.splitlines()
    assert (mail["Subject"], mail["To"]) == (digest.subject, "owner@example.com")
    assert mail["Message-ID"].endswith("@localhost>")
    assert mail["Date"] is None


def test_slack_message_names_its_channel(tmp_path: Path):
    digest = rendered()
    receipt = Outbox(tmp_path).send(message_for(digest, SHOP_CHANNEL))
    assert receipt.provider_id == "2024-09-09/m001/r1/slack__C0123456.json"
    written = json.loads((tmp_path / receipt.provider_id).read_text(encoding="utf-8"))
    assert written == {"channel": "C0123456", **digest.slack}


def test_writing_twice_gives_the_same_bytes_and_no_other_file(tmp_path: Path):
    outbox, files = Outbox(tmp_path), []
    for _ in range(2):
        for recipient in (OWNER, SHOP_CHANNEL):
            outbox.send(message_for(rendered(), recipient))
        files.append({p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()})
    assert files[0] == files[1]
    assert len(files[0]) == 2


def test_a_correction_refers_to_the_first_mail(tmp_path: Path):
    outbox = Outbox(tmp_path, sender="Seedbed <digest@shop.example>")
    mails = []
    for revision in (1, 2):
        receipt = outbox.send(message_for(rendered(revision=revision), OWNER))
        raw = (tmp_path / str(receipt.provider_id)).read_bytes()
        mails.append(message_from_bytes(raw, policy=default))
    assert mails[0]["Message-ID"] != mails[1]["Message-ID"]
    assert mails[0]["References"] is None
    assert mails[1]["References"] == mails[0]["Message-ID"]
    assert mails[0]["Message-ID"].endswith("@shop.example>")


def test_files_are_private(tmp_path: Path):
    receipt = Outbox(tmp_path / "outbox").send(message_for(rendered(), OWNER))
    path = tmp_path / "outbox" / str(receipt.provider_id)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "outbox").stat().st_mode & 0o777 == 0o700


def test_a_write_that_fails_leaves_the_old_file_and_no_scrap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_private(tmp_path / "file", b"old")

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_private(tmp_path / "file", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


def test_addresses_stay_in_their_folder_and_apart():
    assert address_slug("owner@example.com") == "owner@example.com"
    assert "/" not in address_slug("../../etc/passwd")
    assert address_slug("a b@example.com") != address_slug("a-b@example.com")
    assert len(address_slug("x" * 500)) < 150


def test_an_address_that_breaks_a_mail_is_named(tmp_path: Path):
    # The register refuses it; this is the second lock.
    bad = Recipient.model_construct(
        channel="email", address="a@example.com\nBcc: b@example.com", digest="merchant"
    )
    with pytest.raises(DeliveryError, match=r"merchants\.yml"):
        Outbox(tmp_path).send(message_for(rendered(), bad))
    assert not list(tmp_path.rglob("*.eml"))


def test_what_a_killed_process_left_half_written_goes_with_the_next_write(tmp_path: Path):
    home, outbox = Home(tmp_path / "H"), Outbox(tmp_path)
    message = message_for(rendered(), OWNER)
    folders = [
        digest_folder(home, rendered()),
        (tmp_path / str(outbox.send(message).provider_id)).parent,
    ]
    for folder in folders:
        write_private(folder / f"{SCRATCH_PREFIX}x1y2", b"half")
    write_digest(home, rendered())
    outbox.send(message)
    for folder in folders:
        assert list(folder.iterdir()) != []
        assert list(folder.glob(f"{SCRATCH_PREFIX}*")) == []
