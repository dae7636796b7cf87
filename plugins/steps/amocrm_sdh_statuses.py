"""Statuses of Smart Data Hub for our containers: of the settings, created, and to be created."""

from collections.abc import Iterator
from typing import Any

from psycopg.types.json import Jsonb

from include.amocrm_statuses.mapping import ContainerMap, FunnelMap
from include.errors import ConfigError
from include.settings.amocrm_statuses import AmocrmStatusesSettings
from include.wording.numbers import number
from plugins.steps import ledger
from plugins.steps.amocrm_statuses import SQL, Statuses
from plugins.steps.smart_data_hub_channels import CREATE_STATUS
from plugins.warehouse import Warehouse

NO_WORDS = "В push.markers нет слов Smart Data Hub для маркеров: {}. Ни один статус не заведён."
UNSURE = (
    "Неизвестно, заведены ли статусы: {}. Проверьте в Smart Data Hub и укажите их номера в push.funnels: "
    "сами второй раз не заводим."
)
SAME_NAME = "В этой воронке Smart Data Hub статус с таким названием уже есть, второй не заведён: {}."
CREATING = "будет заведено: {}"
NOTHING_LACKS = (
    "заводить нечего: у контейнеров, которые передаются, статусы есть в push.funnels или заведены раньше"
)


class NoMarkers(ConfigError):
    """Statuses can't be created: the vendor's word for a marker in use is not known."""

    code = "SDH_NO_MARKERS"


def lacking_words(settings: AmocrmStatusesSettings) -> list[str]:
    """Name the markers in use in funnels that are passed on, for which there is no word of the vendor's."""
    used = {
        container.marker
        for funnel, container in settings.mapping.containers()
        if container.marker and funnel.funnel_id in settings.push.funnels
    }
    return sorted(used - set(settings.push.markers))


def status_ids(warehouse: Warehouse, job: Statuses) -> dict[tuple[str, str], str]:
    """Give the vendor's status of each container: of the settings first, then of those we created."""
    push = job.settings.push
    found = {
        (row.funnel_id, row.container_id): row.remote_status_id
        for row in warehouse.select(SQL / "select_sdh_statuses.sql", job.params)
        if row.remote_status_id
        and row.funnel_id in push.funnels
        and push.funnels[row.funnel_id].pipeline_id == row.remote_pipeline_id
    }
    for funnel_id, target in push.funnels.items():
        found |= {(funnel_id, container): status for container, status in target.statuses.items()}
    return found


def plan_statuses(warehouse: Warehouse, job: Statuses) -> int:
    """Plan the statuses that containers lack, in their order; never one that may be there; give how many."""
    made = warehouse.select(SQL / "select_sdh_statuses.sql", job.params)
    taken = {(row.remote_pipeline_id, row.name) for row in made if not row.is_unknown}
    unsure = {(row.remote_pipeline_id, row.name) for row in made if row.is_unknown}
    seq = warehouse.select_one(SQL / "select_last_push_seq.sql", job.params).seq
    rows, doubted, doubles = [], [], []
    for funnel, container, body in _bodies(warehouse, job):
        named = (body["pipeline_id"], body["name"])
        if named in unsure:
            doubted.append(container.title)
        elif named in taken:
            doubles.append(container.title)
        else:
            taken.add(named)
            seq += 1
            rows.append(_action(job, seq, f"status:{funnel.funnel_id}:{container.container_id}", body))
    columns = ("run_id", "seq", "pipeline", "target", "account", "kind", "key", "after")
    warehouse.copy_rows("ops.action", columns, rows)
    for titles, text in ((doubted, UNSURE), (doubles, SAME_NAME)):
        if titles:
            message = text.format(", ".join(f"«{title}»" for title in titles))
            ledger.log_event(warehouse, job.run_id, "SDH_NOT_SENT", {"message": message})
    message = CREATING.format(number(len(rows))) if rows else NOTHING_LACKS
    ledger.log_event(warehouse, job.run_id, "SDH_STATUSES", {"message": message})
    return len(rows)


def _bodies(warehouse: Warehouse, job: Statuses) -> Iterator[tuple[FunnelMap, ContainerMap, dict[str, Any]]]:
    """Give what containers lack, as the vendor takes it; those without a marker need no word for it."""
    push, known = job.settings.push, status_ids(warehouse, job)
    for funnel in job.settings.mapping.funnels:
        target = push.funnels.get(funnel.funnel_id)
        for position, container in enumerate(funnel.containers, 1):
            if target is None or (funnel.funnel_id, container.container_id) in known:
                continue
            body: dict[str, Any] = {
                "pipeline_id": target.pipeline_id,
                "name": container.title,
                "position": position,
            }
            if word := push.markers.get(container.marker or "ordinary"):
                body["marker"] = word
            yield funnel, container, body


def _action(job: Statuses, seq: int, key: str, body: dict[str, Any]) -> tuple[Any, ...]:
    about = (job.params["pipeline"], "smart_data_hub", job.settings.push.connection, CREATE_STATUS)
    return (job.run_id, seq, *about, key, Jsonb(body))
