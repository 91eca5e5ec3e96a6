"""How an expectation of a suite reads as a check in the UI."""

from expectations.suite import Expectation


def words(item: Expectation, means: str) -> str:
    """What is expected, what a failure means, what mends it, and who answers for it."""
    return f"{item.description} {means}. What mends it: {item.suggested_fix} Owner: {item.owner}."
