"""The codes of a digest: its kinds, verdicts, actions, comparisons and caveats.

The words of each stand in `sentences.py` and `figures.py`, in three languages.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["merchant", "data_team", "programme"]
Comparison = Literal["previous_week", "previous_month_to_date_same_days"]
Caveat = Literal["unknown", "partial", "like_for_like", "no_base", "first_seen", "promotion"]
VerdictCode = Literal[
    "week_missing",
    "week_partial",
    "promotion_week",
    "first_week",
    "base_incomplete",
    "too_early",
    "too_few",
    "steady",
    "unusual_rise",
    "unusual_fall",
    "numbers_only",
    "team_complete",
    "team_incomplete",
    "team_unbalanced",
    "team_empty",
    "programmes_lapsing",
    "programmes_open",
    "programmes_waiting",
    "programmes_quiet",
]
ActionCode = Literal[
    "drop_export",
    "drop_held_again",
    "check_fall",
    "check_stock",
    "export_history",
    "announce_live",
    "answer_reviews",
    "next_export",
    "team_check_accounting",
    "team_read_held",
    "team_ask_exports",
    "team_read_quarantine",
    "team_nothing",
    "programmes_call",
    "programmes_ask",
    "programmes_nothing",
]
