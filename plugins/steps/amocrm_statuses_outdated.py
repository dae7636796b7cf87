"""What may have made a reading useless before it is published: a newer one, or edited settings."""

import logging

from include.amocrm.dictionary import Dictionary
from include.amocrm_statuses.check import check_mapping
from include.errors import ConfigError, DealflowError
from include.settings.loader import placed
from plugins.steps.amocrm_dictionary import has_begun_otherwise, known_dictionary, staged_dictionary
from plugins.steps.amocrm_push import assert_pushable
from plugins.steps.amocrm_sound import tell_once
from plugins.steps.amocrm_statuses import PIPELINE, SQL, Statuses
from plugins.warehouse import Warehouse

log = logging.getLogger(__name__)

OVERTAKEN = (
    "Запуск {}, начатый позже, уже опубликовал более новые данные. Прочитанное здесь устарело, ничего не "
    "изменено. Начните новый запуск: он прочитает всё, что изменилось с тех пор."
)
EDITED = (
    "Во время запуска изменились настройки, от которых зависит само чтение (account, reading, часовой пояс "
    "или policies.price_basis): запустите ещё раз. Ничего не изменено."
)
REMAPPED = "Настройки изменились во время запуска: витрины строятся по новым"


class Overtaken(DealflowError):
    """A run that began later has published: what was read here is older than what the marts hold."""


def refuse_overtaken(warehouse: Warehouse, job: Statuses) -> None:
    """Raise Overtaken when a newer run has published: somebody has cleared a task of this one since."""
    if newer := warehouse.select(SQL / "select_newer_published.sql", job.params):
        raise Overtaken(OVERTAKEN.format(newer[0].run_id))


def refuse_edited(warehouse: Warehouse, job: Statuses) -> None:
    """
    Raise ConfigError when the settings are others than the run has begun by, and spoil what was read.

    Any others are taken up as they are now, once they were checked as at the beginning of a run.
    """
    otherwise = has_begun_otherwise(warehouse, job)
    if otherwise.reading:
        raise ConfigError(EDITED)
    if otherwise.anything:
        log.info(REMAPPED)
        assert_pushable(job)
        known = known_dictionary(warehouse, job.account)
        assert_mapped(warehouse, job, staged_dictionary(warehouse, job), known)


def assert_mapped(warehouse: Warehouse, job: Statuses, told: Dictionary, known: Dictionary | None) -> None:
    """Raise ConfigError for a mapping that names what the account has not; tell what is odd in it."""
    remarks = check_mapping(job.settings, told, known or Dictionary())
    if errors := [(remark.path, remark.text) for remark in remarks if remark.level == "error"]:
        raise ConfigError(placed(PIPELINE, errors))
    warnings = [(remark.path, remark.text) for remark in remarks]
    for line in placed(PIPELINE, warnings):
        tell_once(warehouse, job, "AMO_MAPPING_WARNING", {"message": line, "text": line})
        log.warning(line)
