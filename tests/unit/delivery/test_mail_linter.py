"""What mail programs make of our pages, by a linter that others wrote: npm's `caniemail`.

Its data (caniemail.com, September 2025) know Gmail, Outlook and Apple Mail, not QQ, 163 and WeChat.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from delivery_samples import correction
from npm_peer import installed

pytestmark = pytest.mark.slow
# Without these the page is plainer, and says the same.
MAY_BE_MISSING = {
    "<style> element": "it holds the dark colours alone, all others stand on the elements",
    "@media": "the same",
    "border-radius": "corners are square",
    "white-space": "a long number may break",
    "overflow": "only of the line that stands for a preview in the list of mails",
    "display:none": "that line is read twice",
    "aria-hidden attribute": "bars, which have no text, are met by a screen reader",
    "role attribute": "tables that only lay out are called tables",
    "<body> element": "its background is that of the table in it, too",
}
_LINT = """
import { caniemail } from "caniemail";
import { readFileSync } from "fs";
const clients = ["gmail.*", "outlook.*", "apple-mail.*"];
const told = process.argv.slice(2).map((file) => {
  const { errors } = caniemail({ clients, html: readFileSync(file, "utf8") }).issues;
  return [...errors.values()].flat().map((one) => one.title.trim());
});
console.log(JSON.stringify(told));
"""


GOLDEN = Path(__file__).resolve().parents[2] / "golden"


def _lint(folder: Path, *pages: str) -> list[set[str]]:
    """What each page needs and one of the mail programs lacks."""
    node = installed(folder, "caniemail@1.0.5")
    files = [folder / f"{number}.html" for number in range(len(pages))]
    for file, page in zip(files, pages, strict=True):
        file.write_text(page, encoding="utf-8")
    script = folder / "lint.mjs"
    script.write_text(_LINT, encoding="utf-8")
    words = [node, str(script), *map(str, files)]
    said = subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=60).stdout
    return [set(titles) for titles in json.loads(said)]


def test_a_page_needs_nothing_that_a_mail_program_lacks(tmp_path: Path):
    page = (GOLDEN / "complete_week_zh.html").read_text(encoding="utf-8")
    spoilt = page.replace("<h1", '<form></form><svg></svg><h1 style="position: fixed"', 1)
    whole, corrected, broken = _lint(tmp_path, page, correction("1.00", 2, 1).digest.html, spoilt)
    assert whole == set(MAY_BE_MISSING)
    assert corrected <= set(MAY_BE_MISSING)
    # the linter sees what it must see
    assert broken > whole
