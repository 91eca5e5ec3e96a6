"""Whose the files are that nobody has claimed, and what the register lacks; and giving them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from orchestration.flow.claims import NOBODY, give
from orchestration.flow.corrections import FileChoiceError
from orchestration.flow.exit_codes import DONE, WITHHELD
from orchestration.flow.owners import IdKey, owners, registered, remember_ids
from orchestration.flow.suggest.unclaimed import unclaimed_files
from orchestration.flow.suggest.weighed import Unclaimed, weighed
from orchestration.flow.workspace import Workspace
from orchestration.register import RegisterError
from orchestration.register.fields import PLATFORMS
from orchestration.state.models import File, OwnedId


@dataclass(frozen=True)
class NewMerchant:
    """A merchant that the register may lack: the files that belong together by their ids."""

    file_names: tuple[str, ...]
    ids: tuple[IdKey, ...]
    name: str | None


@dataclass(frozen=True)
class Suggestions:
    """Files of nobody, and what the register lacks.

    `new`: merchants that would own what nobody owns. `unregistered_ids`: shops and accounts seen
    in files of a merchant, by its id. `unregistered`: merchants of whom files have come, and how
    many. `given`: files given to a merchant just now.
    """

    files: tuple[Unclaimed, ...]
    new: tuple[NewMerchant, ...]
    unregistered_ids: Mapping[str, tuple[IdKey, ...]]
    unregistered: Mapping[str, int]
    given: tuple[tuple[Unclaimed, str], ...] = ()

    @property
    def exit_code(self) -> int:
        """3 if a file still waits for somebody to decide, else 0."""
        return WITHHELD if len(self.given) < len(self.files) else DONE

    def as_dict(self) -> dict[str, Any]:
        given = {file.file_sha256: merchant_id for file, merchant_id in self.given}
        return {
            "files": [_file_dict(file, given.get(file.file_sha256)) for file in self.files],
            "new_merchants": [
                {"name": new.name, "files": new.file_names, "ids": list(map(_id_dict, new.ids))}
                for new in self.new
            ],
            "not_in_the_register": {
                "merchants": self.unregistered,
                "ids": [
                    {"merchant_id": merchant_id, **_id_dict(key)}
                    for merchant_id, keys in self.unregistered_ids.items()
                    for key in keys
                ],
            },
        }


def _id_dict(key: IdKey) -> dict[str, str]:
    return dict(zip(("kind", "platform", "id"), key, strict=True))


def _file_dict(file: Unclaimed, given: str | None) -> dict[str, Any]:
    return {
        "file_sha256": file.file_sha256,
        "file_name": file.file_name,
        "source": file.source,
        "fault": file.fault,
        "ids": [_id_dict(key) for key in sorted(file.ids)],
        "names": file.names,
        "state": file.state,
        "merchant_id": file.best.merchant_id if file.best else None,
        "certainty": file.best.certainty if file.best else 0.0,
        "reason": file.best.reason if file.best else None,
        "objection": file.objection,
        "evidence": [
            {"merchant_id": e.merchant_id, "certainty": e.certainty, "reason": e.reason}
            for e in file.evidence
        ],
        "given_to": given,
    }


def suggestions(
    workspace: Workspace,
    *,
    apply: bool = False,
    choices: Mapping[str, str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Suggestions:
    """Look at every file of nobody; nothing is changed unless it is asked for.

    Args:
        workspace: the home.
        apply: give each file that is sure to its merchant.
        choices: by the beginning of a file's hash, the merchant that somebody says it is of.
        progress: told what is being read.

    Raises:
        FileChoiceError, RegisterError: a choice names no file or no merchant, or contradicts what
            is known; nothing is given.
    """
    files = weighed(unclaimed_files(workspace, progress))
    given = _chosen(workspace, files, choices or {})
    if apply:
        taken = {file.file_sha256 for file, _ in given}
        given += [
            (file, file.best.merchant_id)
            for file in files
            if file.state == "sure" and file.best and file.file_sha256 not in taken
        ]
    _give(workspace, given)
    return Suggestions(
        files=tuple(files),
        new=tuple(_new_merchants(files, given)),
        unregistered_ids=_unregistered_ids(workspace),
        unregistered=_unregistered(workspace),
        given=tuple(given),
    )


def _chosen(
    workspace: Workspace, files: Sequence[Unclaimed], choices: Mapping[str, str]
) -> list[tuple[Unclaimed, str]]:
    known = owners(workspace)
    found: list[tuple[Unclaimed, str]] = []
    for prefix, merchant_id in choices.items():
        if workspace.register().get(merchant_id) is None:
            raise RegisterError(f"No merchant '{merchant_id}' is in the register.")
        meant = [file for file in files if file.file_sha256.startswith(prefix.lower())]
        if len(meant) != 1:
            count = "No" if not meant else f"{len(meant)}"
            raise FileChoiceError(
                f"{count} unclaimed {'file begins' if not meant else 'files begin'} with "
                f"'{prefix}'; `seedbed merchants suggest` lists them."
            )
        if others := known.of_ids({*meant[0].ids}) - {merchant_id}:
            raise FileChoiceError(
                f"{meant[0].file_name}: it names shops or accounts of {', '.join(sorted(others))}; "
                "mend the register first."
            )
        found.append((meant[0], merchant_id))
    return found


def _give(workspace: Workspace, given: Iterable[tuple[Unclaimed, str]]) -> None:
    """Make the files their merchants', and keep whose the ids are that they name."""
    known = owners(workspace)
    with workspace.store.session() as session:
        for file, merchant_id in given:
            give(session, session.get_one(File, (NOBODY, file.file_sha256)), merchant_id)
            remember_ids(session, merchant_id, [key for key in file.ids if key not in known.by_id])


def _new_merchants(
    files: Iterable[Unclaimed], given: Sequence[tuple[Unclaimed, str]]
) -> list[NewMerchant]:
    """Files for which nothing speaks, together where they name the same shops and accounts."""
    taken = {file.file_sha256 for file, _ in given}
    groups: list[tuple[set[IdKey], list[Unclaimed]]] = []
    for file in files:
        if file.state != "unknown" or file.file_sha256 in taken or not (file.ids or file.names):
            continue
        same = [group for group in groups if group[0] & file.ids]
        ids = set(file.ids).union(*(group[0] for group in same))
        members = [member for group in same for member in group[1]]
        groups = [group for group in groups if group not in same]
        groups.append((ids, [*members, file]))
    return [
        NewMerchant(
            tuple(member.file_name for member in members),
            tuple(sorted(ids)),
            next((name for member in members for name in member.names), None),
        )
        for ids, members in groups
    ]


def _unregistered_ids(workspace: Workspace) -> dict[str, tuple[IdKey, ...]]:
    known = registered(workspace.register()).by_id
    found: dict[str, list[IdKey]] = defaultdict(list)
    with workspace.store.session() as session:
        for row in session.scalars(
            select(OwnedId).order_by(OwnedId.merchant_id, OwnedId.kind, OwnedId.owned_id)
        ):
            key = (row.kind, row.platform, row.owned_id)
            if key not in known:
                found[row.merchant_id].append(key)
    return {merchant_id: tuple(keys) for merchant_id, keys in found.items()}


def _unregistered(workspace: Workspace) -> dict[str, int]:
    register = workspace.register()
    with workspace.store.session() as session:
        counts = Counter(session.scalars(select(File.merchant_id)))
    return {
        merchant_id: count
        for merchant_id, count in sorted(counts.items())
        if merchant_id != NOBODY and register.get(merchant_id) is None
    }


def registrable(key: IdKey) -> bool:
    """Whether the register can hold such an id: it knows the platforms that advertise."""
    return key[0] == "shop" or key[1] in PLATFORMS
