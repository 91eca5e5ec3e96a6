"""What every asset says of itself in the UI beside its words: stage, owner, documents."""

from typing import Any, TypedDict

import dagster as dg

from orchestration.home import PROJECT_ROOT

# Whoever reads the data team's digest answers for the assets.
_OWNERS = ["team:data"]
_DOCS = {
    "eligibility": "rulebook.md",
    "publish": "monday.md",
    "reporting": "monday.md",
    "digest": "monday.md",
}
_ELSE = "architecture.md"


class About(TypedDict):
    """The words of an asset that are the same for its whole stage."""

    group_name: str
    owners: list[str]
    metadata: dict[str, Any]


def about(stage: str, code: str = "") -> About:
    """An asset of this stage: its group, its owner, the document that tells more, and its code.

    `code`: the file that wires it; dbt models name their own.
    """
    document = PROJECT_ROOT / "docs" / _DOCS.get(stage, _ELSE)
    metadata: dict[str, Any] = {"docs": dg.MetadataValue.path(str(document))}
    if code:
        wired = dg.LocalFileCodeReference(file_path=code, line_number=1)
        metadata["dagster/code_references"] = dg.CodeReferencesMetadataValue(
            code_references=[wired]
        )
    return About(group_name=stage, owners=_OWNERS, metadata=metadata)
