"""The type of a column that nobody knows: told by all its cells, and by words in doubt. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.exports.layout.types import CellType
from orchestration.exports.learn.profile import Profile
from orchestration.exports.learn.words import parts

# What an amount is called; without such a word a number with a fraction may be minutes.
_MONEY_KINDS = ("money", "cost")
# Numbers under these are codes and numbers of things, and nothing that is added.
_TEXT_KINDS = ("id", "name", "url", "state")
# So many cells read as a type that the others look like mistakes.
_ALMOST = 0.95


@dataclass(frozen=True)
class Inferred:
    """A type, why, and whether its cells are hours of a day."""

    type: CellType
    why: str
    has_hours: bool = False


def infer(header: str, profile: Profile) -> Inferred:
    """The type that every cell of a column reads as; text holds whatever no other type does."""
    kind = parts(header).kind
    if profile.filled == 0:
        return Inferred("text", "no cell of it is filled, so its type cannot be told")
    if profile.counts["long_digits"] or profile.counts["leading_zero"]:
        return Inferred("text", "its digits are ids: 15 or more, or beginning with 0")
    all_cells = f"all {profile.filled:,} cells read as"
    if profile.reads_as("date"):
        return Inferred("date", f"{all_cells} days")
    if profile.reads_as("timestamp"):
        return Inferred("timestamp", f"{all_cells} times")
    if profile.reads_as("day_or_hour"):
        return Inferred("date", f"{all_cells} days or hours of a day", has_hours=True)
    if kind in _TEXT_KINDS:
        return Inferred("text", "its name is that of an id, a name, a link or a state")
    if profile.reads_as("rate") and (profile.counts["percent"] or kind == "ratio"):
        return Inferred("rate", f"{all_cells} shares")
    if profile.reads_as("money") and (profile.counts["currency"] or kind in _MONEY_KINDS):
        return Inferred("money", f"{all_cells} amounts, and its name is that of one")
    if profile.reads_as("integer"):
        return Inferred("integer", f"{all_cells} whole numbers")
    if profile.reads_as("decimal"):
        return Inferred("decimal", f"{all_cells} numbers with a fraction")
    return Inferred("text", _why_text(kind, profile))


def _why_text(kind: str, profile: Profile) -> str:
    numbers: list[CellType] = ["integer", "decimal"]
    if kind in _MONEY_KINDS:
        numbers.insert(0, "money")
    # max() keeps the first of equals.
    best = max(("date", "timestamp", "rate", *numbers), key=profile.share)
    if profile.share(best) < _ALMOST:
        return "its cells are words"
    others = profile.filled - profile.counts[best]
    return (
        f"{others:,} of {profile.filled:,} cells are no {best}; with that type their rows would "
        "go to quarantine"
    )
