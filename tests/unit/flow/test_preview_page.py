"""One page of a week: what waits and why, what stands out, what differs, how large it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from sending_kit import WEEK, Desk, by_slack, entry, make_home

from orchestration.flow.digests.preview_page import Line, Size, page_of, write_preview_page

NAMES = ("m001", "m002")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    home = make_home(tmp_path / "H", *(entry(name, by_slack(f"C{name}")) for name in NAMES))
    return Desk(home, monkeypatch)


def test_every_composed_digest_is_on_it_with_what_becomes_of_it(desk: Desk, tmp_path: Path):
    for name in NAMES:
        desk.compose(name)
    with desk.open() as workspace:
        assert write_preview_page(workspace, WEEK, tmp_path / "page.html") == 2
        assert write_preview_page(workspace, WEEK, tmp_path / "one.html", "m001") == 1
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"slack:C{name}" in page
        assert f"/{name}/r1/email.html" in page
    assert "the first issue" in page
    assert "of 90000" in page
    assert "CM002" not in (tmp_path / "one.html").read_text(encoding="utf-8").upper()


def _line(owner: str, **changes: object) -> Line:
    values: dict[str, object] = {
        "owner": owner,
        "name": owner,
        "language": "en",
        "revision": 1,
        "subject": "s",
        "first_screen": "<script>alert(1)</script>",
        "fate": "Goes as sent.",
        "is_waiting": False,
        "recipients": (),
        "folder": "",
        "differences": (),
        "outliers": (),
        "sizes": (Size("mail: bytes", 1, 2),),
        "mail": "file:///x",
    }
    return Line(**{**values, **changes})  # pyright: ignore[reportArgumentType]


def test_where_a_file_is_asked_for_its_folder_is_named():
    page = page_of(WEEK, [_line("a", folder="inbox/a/"), _line("b")])
    assert page.count("The file that is asked for belongs into") == 1
    assert "belongs into inbox/a/." in page


def test_what_waits_stands_first_then_what_stands_out():
    lines = [
        _line("a"),
        _line("b", outliers=("orders 40 → 90",)),
        _line("c", is_waiting=True, fate="c waits."),
        _line("d", sizes=(Size("mail: bytes", 3, 2),)),
    ]
    page = page_of(WEEK, lines)
    places = [page.index(f"<h2>{name} ") for name in "cbad"]
    assert places == sorted(places)
    assert "4 digests: 1 wait,\n1 stand out,\n1 are too large" in page
    assert page.count("too large</span>") == 1
    assert "<script>" not in page
