"""The second opinion on incentives: every state and amount, decided by hand from docs/rulebook.md.

Here live the rules of that page as plain Python that goes day by day, one module per section.
Add a sentence of the page as a function of the section's module, and a case in
`test_incentives_by_hand.py`.
Keep out the pipeline, SQL and frames: nothing here may share an error with the models.
Read `decide.py` first: it says in which order the sections are asked.
"""

from .decide import decide
from .facts import AdDay, Grant, Merchant, Order, Session, Statement
from .metrics import Parameters
from .rows import CriterionRow, Decisions, EligibilityRow, Key
from .rules import Programme, programme_of

__all__ = [
    "AdDay",
    "CriterionRow",
    "Decisions",
    "EligibilityRow",
    "Grant",
    "Key",
    "Merchant",
    "Order",
    "Parameters",
    "Programme",
    "Session",
    "Statement",
    "decide",
    "programme_of",
]
