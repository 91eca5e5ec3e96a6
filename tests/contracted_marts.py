"""Marts without dbt: empty tables with the columns and types of the models' contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.home import PROJECT_ROOT

_MODELS = PROJECT_ROOT / "dbt_project" / "models"


def make_marts(path: Path) -> None:
    """A new marts.duckdb with every published table and no row."""
    with duckdb.connect() as connection:
        # Opened by itself, the file would be called marts, and so is a schema in it.
        connection.execute(f"attach '{path}' as built")
        for schema in ("marts", "reporting"):
            connection.execute(f"create schema built.{schema}")
        for model in _contracts("marts/*.yml", "eligibility/fct_*.yml"):
            connection.execute(_create("marts", model))
        for model in _contracts("reporting/*.yml"):
            connection.execute(_create("reporting", model))


def _contracts(*patterns: str) -> list[dict[str, Any]]:
    files = [file for pattern in patterns for file in sorted(_MODELS.glob(pattern))]
    return [model for file in files for model in yaml.safe_load(file.read_text())["models"]]


def _create(schema: str, model: dict[str, Any]) -> str:
    columns = ", ".join(f"{one['name']} {one['data_type']}" for one in model["columns"])
    return f"create table built.{schema}.{model['name']} ({columns})"
