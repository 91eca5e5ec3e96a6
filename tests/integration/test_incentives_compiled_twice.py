"""The pipeline's compiler of programme files, beside the small one of these tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from incentive_worlds.compiled import FACTS, PROGRAMMES, compiled

from orchestration.incentives.programmes.load import load_programmes
from orchestration.incentives.programmes.rows import programme_rows
from orchestration.warehouse.schemas import HANDOVERS

# The models bear a campaign that begins when no version is valid; a rulebook may not hold one.
ACCEPTED = [words for words in PROGRAMMES if words["programme"] != "never_in_force"]


class WrittenOut(yaml.SafeDumper):
    """A rulebook says everything where it belongs, however often."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write_rulebook(folder: Path) -> None:
    """The programmes as files of a home, one for each."""
    (folder / "programmes").mkdir(parents=True)
    for words in ACCEPTED:
        path = folder / "programmes" / f"{words['programme']}.yml"
        path.write_text(yaml.dump(words, Dumper=WrittenOut, allow_unicode=True), encoding="utf-8")
    facts = [{"fact": fact, "unit": unit} for fact, unit in FACTS.items()]
    says = yaml.safe_dump({"facts": facts, "statements": []})
    (folder / "facts.yml").write_text(says, encoding="utf-8")


def in_order(rows: list[dict[str, Any]], name: str) -> list[tuple[Any, ...]]:
    columns = HANDOVERS[name].names
    return sorted((tuple(row.get(column) for column in columns) for row in rows), key=repr_of)


def repr_of(row: tuple[Any, ...]) -> str:
    """What the hand-over makes of it: numbers are equal whatever their zeros."""
    return " ".join(f"{cell:f}" if hasattr(cell, "quantize") else str(cell) for cell in row)


def test_both_compilers_say_the_same(tmp_path: Path):
    write_rulebook(tmp_path)
    theirs = programme_rows(load_programmes(tmp_path, shipped=tmp_path))
    ours = compiled(ACCEPTED)
    assert theirs.pop("rulebook_facts") == []
    assert theirs.keys() == ours.keys()
    for name, rows in ours.items():
        assert in_order(theirs[name], name) == in_order(rows, name), name
