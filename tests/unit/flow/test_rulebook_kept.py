"""What the next decision takes otherwise than the last one did."""

from __future__ import annotations

from pathlib import Path

from orchestration.flow.rulebook import (
    changes_to_come,
    decided_rulebook,
    keep_as_decided,
    keep_as_handed_over,
)
from orchestration.home import Home
from orchestration.incentives.rulebook import install_default_rulebook


def decided_home(folder: Path) -> Home:
    home = Home(folder)
    home.handover.mkdir(parents=True)
    install_default_rulebook(home.rulebook)
    keep_as_handed_over(home)
    keep_as_decided(home)
    return home


def test_before_the_first_decision_nothing_has_changed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    install_default_rulebook(home.rulebook)
    assert decided_rulebook(home) is None
    assert changes_to_come(home) == []


def test_a_rulebook_that_was_only_handed_over_has_decided_nothing(tmp_path: Path) -> None:
    home = decided_home(tmp_path)
    file = home.rulebook / "programmes" / "private_domain_weekly.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("65000", "70000"), encoding="utf-8")
    [change] = changes_to_come(home)
    assert change.programme == "private_domain_weekly"
    assert "65" in change.sentence
    assert "70" in change.sentence

    keep_as_handed_over(home)
    assert changes_to_come(home) == [change]
    keep_as_decided(home)
    assert changes_to_come(home) == []


def test_a_programme_that_is_gone_is_a_change(tmp_path: Path) -> None:
    home = decided_home(tmp_path)
    (home.rulebook / "programmes" / "private_domain_weekly.yml").unlink()
    [change] = changes_to_come(home)
    assert (change.programme, change.kind) == ("private_domain_weekly", "removed")
