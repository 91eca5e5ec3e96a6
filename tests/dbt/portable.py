"""Every model as another engine would read it: Spark's dialect, by way of sqlglot.

`rules.py` runs this on the compiled project. What our macros spell for DuckDB must have a spelling
in Spark; where the files of a source lie is the profile's business.
"""

from __future__ import annotations

import re
from pathlib import Path

import sqlglot
from sqlglot.errors import ErrorLevel, ParseError, UnsupportedError
from sqlglot.expressions import Anonymous

_FILES = re.compile(r"read_parquet\('[^']*'(?:, union_by_name = true)?\)")


def faults_in(compiled: Path) -> list[str]:
    """One sentence per model that Spark could not read."""
    found = []
    models = sorted(path for path in compiled.rglob("models/**/*.sql") if path.is_file())
    for path in models:
        try:
            # A folder of tests is named like the YAML file that they stand in.
            if not path.parent.name.endswith(".yml"):
                in_spark(path.read_text(encoding="utf-8"))
        except (ParseError, UnsupportedError) as error:
            found.append(f"{path.stem}: {str(error).partition(chr(10))[0]}; put it into a macro.")
    return found if models else [f"{compiled} holds no model; was the project compiled?"]


def in_spark(sql: str) -> str:
    """The same query in Spark's words.

    Raises:
        ParseError: it is no SQL of DuckDB or, translated, none of Spark.
        UnsupportedError: Spark has no words for a part of it, or a function is nobody's.
    """
    named = _FILES.sub("files_of_a_source", sql)
    [translated] = sqlglot.transpile(
        named, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE
    )
    unknown = sorted(
        {call.name for call in sqlglot.parse_one(translated, read="spark").find_all(Anonymous)}
    )
    if unknown:
        raise UnsupportedError(f"nobody but DuckDB may know {', '.join(unknown)}")
    return translated
