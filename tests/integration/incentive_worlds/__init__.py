"""Invented worlds in which every rule of docs/rulebook.md is met, written for dbt to decide.

Here live programmes of every shape, a seeded crowd of merchants with their files, and the
writing of both into a home.
Add a shape to `programmes.yml`, and a way to be known or unknown to `merchants.py`.
Keep out answers: those are the oracle's (`oracle/incentives`).
Read `homes.py` first: its `World` holds all that the rest makes.
"""

from .compiled import PROGRAMMES
from .crowd import make_world
from .files import File, known_by
from .homes import World, write_world

__all__ = ["PROGRAMMES", "File", "World", "known_by", "make_world", "write_world"]
