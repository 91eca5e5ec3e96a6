"""Files that nobody should have written: one clear error, nothing executed, no long wait."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from orchestration.incentives.checked_yaml import RulebookError, Strict, read_document, read_yaml


class Anything(Strict):
    says: str = ""
    number: str = ""


def refused(path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    started = time.monotonic()
    said: set[str] = set()
    for read in (read_document, read_yaml):
        with pytest.raises(RulebookError) as caught:
            read(path, Anything)
        assert len(caught.value.faults) == 1
        said.add(str(caught.value))
    assert time.monotonic() - started < 5
    assert len(said) == 1
    return said.pop()


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{chr(97 + n)}: &{chr(97 + n)} [{', '.join([f'*{chr(96 + n)}'] * 9)}]" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("says: [", "line 2: this is not valid YAML"),
        ("says: 'a", "this is not valid YAML"),
        ("\tsays: a", "line 1: this is not valid YAML"),
        ("says: a\n---\nsays: b\n", "this is not valid YAML"),
        ("says: a\nsays: b\n", "line 2: 'says' stands here a second time"),
        ("? [a]\n: b\n", "line 1: brackets stand where a field must"),
        ("says: !!python/object/apply:os.system [true]", "the tag '"),
        ("says: !!str a", "the tag '"),
        ("!x\nsays: a", "the tag '!x'"),
        (BOMB, "line 2: '*a' repeats another place"),
        ("says: &a a\nnumber: *a\n", "'*a' repeats"),
        ("says: " + "[" * 100_000, "nested more than 20 deep"),
        ("[" * 5000 + "]" * 5000, "nested more than 20 deep"),
        ("- " * 5000 + "a", "nested more than 20 deep"),
        (b"says: \xff\xfe", "is no UTF-8; save it as UTF-8"),
        ("says: 家".encode("gb18030"), "is no UTF-8"),
        ("says: a".encode("utf-16"), "is no UTF-8"),
        ("says: a\x00", "is not valid YAML"),
        ("says: a\x1b[31m", "is not valid YAML"),
        ("# " + "x" * 10_000_000, "is larger than 2,000,000 bytes"),
        ("- a\n- b\n", "line 1: the whole file: it must have fields"),
        ("just a sentence", "the whole file: it must have fields"),
        ("says: a\nother: b\n", "line 2: other: no such field is known here"),
    ],
)
def test_a_hostile_file_is_one_clear_error(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    told = refused(tmp_path / "file.yml", content)
    assert told.startswith(str(tmp_path / "file.yml"))
    assert words in told


def test_a_folder_of_that_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "file.yml").mkdir()
    with pytest.raises(RulebookError, match="cannot be read"):
        read_document(tmp_path / "file.yml", Anything)


@pytest.mark.parametrize(
    "text", ["4.20", "1_000", "12:30", "2024-07-24", "0x10", "1e3", "on", "No", ".inf", "007"]
)
def test_a_plain_word_is_the_text_that_was_written(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.yml"
    path.write_text(f"number: {text}\n", encoding="utf-8")
    assert read_document(path, Anything).says.number == text


def test_a_mark_at_the_beginning_is_no_content(tmp_path: Path) -> None:
    path = tmp_path / "file.yml"
    path.write_text("\ufeffsays: 家\n", encoding="utf-8")
    assert read_document(path, Anything).says.says == "家"


def test_every_fault_of_a_file_is_told_and_the_first_one_says_how_many_follow(
    tmp_path: Path,
) -> None:
    path = tmp_path / "file.yml"
    path.write_text("".join(f"key_{number}: a\n" for number in range(5000)), encoding="utf-8")
    with pytest.raises(
        RulebookError, match=r"line 1: key_0: .*\(4999 more faults after this one"
    ) as caught:
        read_document(path, Anything)
    assert "line 5000: key_4999: " in caught.value.faults[-1]
