"""Why a figure cannot be explained; every message is one sentence that says what mends it."""


class ExplainError(Exception):
    """There is no such figure, or what it is made of cannot be reached."""


class FigureNameError(ExplainError):
    """A text is not built like the name of a figure."""
