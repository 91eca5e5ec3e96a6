"""What can go wrong with an export file; each message says what to do."""

from __future__ import annotations


class ExportError(Exception):
    """An export file, a layout or the archive cannot be used; the message says why."""


class LayoutError(ExportError):
    """A row of a layout CSV is wrong; the message names file and line."""


class UnreadableFile(ExportError):  # noqa: N818 - it names what was found
    """The bytes are no workbook that can be opened."""


class UnrecognisedFile(ExportError):  # noqa: N818
    """The headers belong to no known layout."""


class AmbiguousHeader(ExportError):  # noqa: N818
    """Two columns of a file claim to be the same canonical column."""


class MissingHeader(ExportError):  # noqa: N818
    """A required column is not in the file.

    `source` is the layout that fits best, `columns` the canonical names that are missing,
    `unmatched` the headers that no layout row knows, `rows` the lines for `columns.csv` of the
    home that would mend it.
    """

    def __init__(
        self,
        message: str,
        *,
        source: str,
        columns: tuple[str, ...],
        unmatched: tuple[str, ...],
        rows: tuple[str, ...],
    ) -> None:
        super().__init__(message)
        self.source = source
        self.columns = columns
        self.unmatched = unmatched
        self.rows = rows


class WrongOwner(ExportError):  # noqa: N818
    """Whose a file is cannot be told, or it is somebody else's than its folder says."""


class LandingError(ExportError):
    """A file cannot be archived, or an archived file cannot be found."""


class FileChanged(LandingError):  # noqa: N818
    """A file changed while it was being archived; nothing of it was kept."""


class NoRoom(LandingError):  # noqa: N818
    """A copy did not fit on the disk; nothing of it was kept."""


class Unread(LandingError):  # noqa: N818
    """A stream broke off while it was copied; the message is the reason alone."""


class IdentityKeyError(ExportError):
    """The key for buyer numbers is missing, damaged or open to others."""
