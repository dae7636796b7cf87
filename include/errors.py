"""
What can go wrong with a whole source, as exceptions.

    DealflowError
    ├── ConfigError     the settings are wrong: fix them, then run again
    ├── FetchFailed     the source did not answer, or refused
    └── BadFile         it answered, but what came is not the file that was agreed upon

Their texts are Russian: people read them in the import log.
A fault of one record is not an exception; it is a code in the row (``include/deal_import/row.py``).
"""

from collections.abc import Sequence


class DealflowError(Exception):
    """Stand above everything this project raises on purpose."""


class ConfigError(DealflowError):
    """Carry every problem found in the settings at once, one line each."""

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class FetchFailed(DealflowError):
    """Say that the source could not be read: no answer, a refusal, a broken transfer."""


class BadFile(DealflowError):
    """Say in plain words why a landed file is refused as a whole. Nothing of it is applied."""
