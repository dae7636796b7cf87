"""
The words that runs of every pipeline share, and those that each pipeline has of its own.

Every table answers for unknown words too: a word that is not in it is shown as it stands.
"""

from collections.abc import Mapping
from typing import NamedTuple

from include.wording.messages import Teller
from include.wording.speech import AS_WRITTEN, Texts

STATES = {
    "running": "идёт",
    "success": "успешно",
    "partial": "частично",
    "failed": "ошибка",
    "skipped": "пропущен",
}
TRIGGERS = {
    "scheduled": "по расписанию",
    "manual": "вручную",
    "backfill": "за прошедшую дату",
    "asset": "по событию",
}
SEVERITIES = {"error": "ошибки", "warning": "предупреждения", "info": "события"}


class Words(NamedTuple):
    """
    How a pipeline speaks of its runs.

    ``outcomes``: what becomes of a record, in the order of the counters. ``tellers``: what a code's details
    say, where that is not the same in every pipeline. ``page``: where more is to be read. ``texts``: what all
    pipelines say, in the language of this one; empty: as written, in Russian.
    """

    outcomes: Mapping[str, str]
    tellers: Mapping[str, Teller]
    page: str
    texts: Texts = AS_WRITTEN
