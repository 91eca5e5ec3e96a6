"""Which columns a column of a model is made of, read from the SQL that dbt has compiled.

Dagster's UI shows it beside each column. Only values count: what a row is joined or filtered by is
no parent of a column. Kept from run to run, and read again only where a model's SQL is another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

import duckdb
from pydantic import BaseModel, TypeAdapter
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage

from orchestration.files import write_private
from orchestration.flow.models import compiled_models, manifest_of, node_of
from orchestration.home import Home

# By column of a model: the unique ids of its parents in dbt, and which of their columns.
Parents = dict[str, list[tuple[str, str]]]
Columns = dict[str, str]
_FILE = "column_lineage.json"
_DIALECT = "duckdb"
_READER = version("sqlglot")


class _Kept(BaseModel):
    """Of a model: what was read, as a hash, and what came of it."""

    seen: str
    of: Parents


_FORM = TypeAdapter(dict[str, _Kept])


def kept_lineage(home: Home) -> dict[str, Parents]:
    """By the unique id of a model in dbt; nothing of what was never built in this home.

    It is as old as the last start of the UI: a parent may be gone from the project since.
    """
    return {model: one.of for model, one in _kept(home).items()}


def keep_lineage(home: Home) -> int:
    """Read what dbt has last compiled in this home; gives how many models were read anew.

    A new release costs some seconds once, and nothing of a run: who opens the UI waits for it.
    """
    manifest = manifest_of(home)
    compiled = compiled_models(home, manifest)
    kept, new = _kept(home), 0
    for model, path in compiled.items():
        node = manifest["nodes"][model]
        tables = {parent: node_of(manifest, parent) for parent in node["depends_on"]["nodes"]}
        columns = {name: list(one["columns"]) for name, one in tables.items()}
        try:
            sql = path.read_text(encoding="utf-8")
            seen = hashlib.sha256(f"{sql}{columns}{_READER}".encode()).hexdigest()
            if model in kept and kept[model].seen == seen:
                continue
            kept[model] = _Kept(seen=seen, of=_read(sql, tables, model, node))
        except (SqlglotError, duckdb.Error, OSError, ValueError, RecursionError):
            # What cannot be read, or rests on files that are gone, is not shown; no figure is.
            # sqlglot says ValueError where the SQL is of another release than the columns.
            continue
        new += 1
    if new:
        known = {model: one for model, one in kept.items() if model in manifest["nodes"]}
        write_private(home.dbt_target / _FILE, _FORM.dump_json(known))
    return new


def parents_of(sql: str, tables: Mapping[str, tuple[str, Columns]]) -> Parents:
    """The parents of each column that a query gives. Pure.

    `tables`: by unique id, how the query spells a table, and the types of its columns by name.

    Raises:
        SqlglotError: the query cannot be read.
    """
    names = {f"t{number}": table for number, table in enumerate(tables)}
    for name, table in names.items():
        # A source is a call that reads files: to follow its columns it must be a table.
        sql = sql.replace(tables[table][0], f'"{name}"')
    schema = {name: tables[table][1] for name, table in names.items()}
    found = lineage(None, sql, schema, dialect=_DIALECT, trim_selects=False)
    return {
        column: sorted(
            {
                (names[leaf.expression.name], leaf.name.rpartition(".")[2])
                for leaf in _below(node)
                if isinstance(leaf.expression, exp.Table) and leaf.expression.name in names
            }
        )
        for column, node in found.items()
    }


def _below(node: Node) -> Iterator[Node]:
    """Each node once: columns share them, and a walk along every path would take minutes."""
    seen, open_nodes = {id(node)}, [node]
    while open_nodes:
        one = open_nodes.pop()
        yield one
        for below in one.downstream:
            if id(below) not in seen:
                seen.add(id(below))
                open_nodes.append(below)


def _kept(home: Home) -> dict[str, _Kept]:
    try:
        return _FORM.validate_json((home.dbt_target / _FILE).read_bytes())
    except (OSError, ValueError):
        # Not there yet, damaged, or of another release: the next start of the UI makes it again.
        return {}


def _read(sql: str, tables: dict[str, dict[str, Any]], model: str, node: dict[str, Any]) -> Parents:
    # An incremental model reads itself, which tells nothing of where a value comes from.
    known = {
        unique_id: (table["relation_name"], _columns(table))
        for unique_id, table in {**tables, model: node}.items()
    }
    found = parents_of(sql, known)
    return {column: [one for one in of if one[0] != model] for column, of in found.items()}


def _columns(table: dict[str, Any]) -> Columns:
    if table["resource_type"] != "source":
        return {name: one["data_type"] for name, one in table["columns"].items()}
    with duckdb.connect() as connection:
        described = connection.execute(f"describe select * from {table['relation_name']}")
        return {name: kind for name, kind, *_ in described.fetchall()}
