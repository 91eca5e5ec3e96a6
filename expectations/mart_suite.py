"""Suites of published marts: what the rows of one mart may say. Read here, without GX."""

from __future__ import annotations

from functools import cache

from pydantic import Field, model_validator

from expectations.suite import (
    SUITES,
    Expectation,
    Strict,
    SuiteError,
    read_content,
    refuse_repeated,
)

MART_SUITES = SUITES / "marts"
_COLUMN = r"^[a-z][a-z0-9_]*$"


class MartSuite(Strict):
    """All expectations of one mart. `keys`: the columns of its grain, which name a failing row.

    `hashed`: those of them that hold words of a person or a merchant, of which a hash is told.
    """

    mart: str = Field(pattern=_COLUMN)
    keys: tuple[str, ...] = Field(min_length=1)
    hashed: tuple[str, ...] = ()
    expectations: tuple[Expectation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> MartSuite:
        refuse_repeated("name", [one.name for one in self.expectations])
        refuse_repeated("key", self.keys)
        if strange := set(self.hashed).difference(self.keys):
            raise ValueError(f"{min(strange)} is hashed and no key")
        return self


def mart_names() -> tuple[str, ...]:
    """The marts that have a suite, in alphabetical order."""
    return tuple(sorted(path.stem for path in MART_SUITES.glob("*.yml")))


# Dagster asks for each as often as it has checks of it.
@cache
def load_mart_suite(mart: str) -> MartSuite:
    """The shipped suite of a mart.

    Raises:
        SuiteError: there is none, or its file is wrong.
    """
    path = MART_SUITES / f"{mart}.yml"
    known = f"the marts with a suite are: {', '.join(mart_names())}"
    suite = read_content(path, MartSuite, known)
    if suite.mart != mart:
        raise SuiteError(
            f"{path}: its mart is '{suite.mart}'; rename the file to {suite.mart}.yml."
        )
    return suite
