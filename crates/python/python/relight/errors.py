"""What can go wrong."""

from __future__ import annotations

from typing import Any, Dict, List


class Error(Exception):
    """Every exception of this package."""


class InputError(Error, ValueError):
    """Wrong use or bad input: all of it, in the words of the command line.

    ``problems`` and ``warnings`` hold a dictionary for each thing that is said, with ``file``, ``line`` (from 1),
    ``column``, ``value``, ``message``, ``expected``, ``code`` (a word for programs) and ``text``; None where a
    thing has no such place.
    """

    problems: List[Dict[str, Any]]
    warnings: List[Dict[str, Any]]

    def __init__(
        self,
        message: str,
        problems: List[Dict[str, Any]] | None = None,
        warnings: List[Dict[str, Any]] | None = None,
    ) -> None:
        # All three are the arguments, so that the exception comes whole out of another process.
        super().__init__(message, problems or [], warnings or [])
        self.problems = problems or []
        self.warnings = warnings or []

    def __str__(self) -> str:
        return str(self.args[0])


class InternalError(Error, RuntimeError):
    """A fault of the program itself, not of the input."""
