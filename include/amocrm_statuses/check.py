"""
Compare the settings with what the account has, before any list is read (smart-data-hub 3).

Everything is told at once: what would give wrong figures is an error, what deserves a look a warning.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from include.amocrm.dictionary import Dictionary
from include.amocrm_statuses.check_fields import check_fields, no_status
from include.amocrm_statuses.mapping import ContainerMap, FunnelMap, Marker
from include.amocrm_statuses.present import Present
from include.settings.amocrm_mapping import Funnel
from include.settings.amocrm_statuses import (
    ACCOUNT_ZONE,
    NO_ACCOUNT_ZONE,
    AmocrmStatusesSettings,
    PushFunnel,
    is_zone,
)
from include.settings.yaml_lines import KeyPath

Level = Literal["error", "warning"]

GONE_STATUS = "статус {} был, теперь удалён: контейнер держит только историю"
LEFT_OUT = "статусы воронки «{}» не в контейнерах: {}. Пока сделка стоит в таком статусе, она вне воронки"
NO_MARKER: dict[Marker, str] = {
    "success": "в воронке «{}» нет контейнера с маркером success («Завершенная сделка»): объём продаж — ноль",
    "refusal": "в воронке «{}» нет контейнера с маркером refusal («Отказ»): отказы от работы не отличить",
}
EMPTY = "в контейнере «{}» нет статусов"
MARKED_FIRST = (
    "контейнер «{}» с маркером стоит раньше обычных «{}»: если сделки проходят их до него, поставьте их "
    "выше, иначе им они пройденными не засчитаются"
)
NO_TARGET = "для контейнера «{}» нет статуса Smart Data Hub: его сделки не передаются"
NO_FUNNEL_TARGET = "для воронки «{}» нет воронки Smart Data Hub: её сделки не передаются"
NO_WORD = "маркер {} используется, а слова Smart Data Hub для него нет: статусы заводиться не будут"
NO_MANAGER = "пользователя {} в аккаунте нет"


class Remark(NamedTuple):
    """Something about the settings: where, how grave, what."""

    path: KeyPath
    level: Level
    text: str


def check_mapping(
    settings: AmocrmStatusesSettings, dictionary: Dictionary, known: Dictionary
) -> list[Remark]:
    """Give all remarks; ``known`` is what the mart has, so that what was deleted is no error."""
    present = Present(dictionary, known)
    return [
        *_zone(settings, dictionary),
        *_statuses(settings, present),
        *_left_out(settings, present),
        *(
            remark
            for index, funnel in enumerate(settings.mapping.funnels)
            for remark in _funnel(index, funnel)
        ),
        *(Remark(path, level, text) for path, level, text in check_fields(settings, present)),
        *_push(settings, present),
    ]


def _zone(settings: AmocrmStatusesSettings, dictionary: Dictionary) -> Iterator[Remark]:
    told = dictionary.account.timezone if dictionary.account else None
    if settings.timezone == ACCOUNT_ZONE and not is_zone(told):
        yield Remark(("timezone",), "error", NO_ACCOUNT_ZONE.format(told or "пусто"))


def _statuses(settings: AmocrmStatusesSettings, present: Present) -> Iterator[Remark]:
    for path, status in _mapped(settings.funnels):
        standing = present.statuses.standing(status)
        if standing == "unknown":
            yield Remark(path, "error", no_status(status, present.status_name(status), present))
        elif standing == "gone":
            yield Remark(path, "warning", GONE_STATUS.format(present.status_name(status)))


def _mapped(funnels: list[Funnel]) -> Iterator[tuple[KeyPath, tuple[int, int]]]:
    for index, funnel in enumerate(funnels):
        for place, container in enumerate(funnel.containers):
            for number, status in enumerate(container.statuses):
                yield ("funnels", index, "containers", place, "statuses", number), status


def _left_out(settings: AmocrmStatusesSettings, present: Present) -> Iterator[Remark]:
    """Name the statuses in no container, by pipeline; that there are no funnels at all is told elsewhere."""
    policy = settings.policies.unmapped
    if policy == "ignore" or not settings.funnels:
        return
    level: Level = "error" if policy == "fail" else "warning"
    for pipeline_id, pipeline in sorted(
        present.pipelines.now.items(), key=lambda each: (each[1].sort, each[0])
    ):
        left = [
            row
            for key, row in sorted(present.statuses.now.items(), key=lambda each: (each[1].sort, each[0]))
            if key[0] == pipeline_id and key not in settings.mapping.places
        ]
        if left and not pipeline.is_archive:
            names = ", ".join(f"«{row.name}» ({row.status_id})" for row in left)
            yield Remark(("funnels",), level, LEFT_OUT.format(pipeline.name, names))


def _funnel(index: int, funnel: FunnelMap) -> Iterator[Remark]:
    """Look at a funnel by itself."""
    path: KeyPath = ("funnels", index)
    for marker, text in NO_MARKER.items():
        if funnel.marked(marker) is None:
            yield Remark(path, "warning", text.format(funnel.title))
    for container in funnel.containers:
        if not container.statuses:
            yield Remark(path, "warning", EMPTY.format(container.title))
        if after := _open_after(funnel, container):
            yield Remark(path, "warning", MARKED_FIRST.format(container.title, "», «".join(after)))


def _open_after(funnel: FunnelMap, container: ContainerMap) -> list[str]:
    if container.marker is None:
        return []
    return [
        each.title for each in funnel.containers if each.marker is None and each.position > container.position
    ]


def _target(funnel: FunnelMap, target: PushFunnel | None) -> Iterator[Remark]:
    """Look whether a funnel and its containers have somewhere to go."""
    path: KeyPath = ("push", "funnels", funnel.funnel_id)
    if target is None:
        yield Remark(path, "warning", NO_FUNNEL_TARGET.format(funnel.title))
        return
    for container in funnel.containers:
        if container.container_id not in target.statuses:
            yield Remark((*path, "statuses"), "warning", NO_TARGET.format(container.title))


def _push(settings: AmocrmStatusesSettings, present: Present) -> Iterator[Remark]:
    push = settings.push
    if not push.enabled:
        return
    for funnel in settings.mapping.funnels:
        yield from _target(funnel, push.funnels.get(funnel.funnel_id))
    used = {container.marker for _, container in settings.mapping.containers() if container.marker}
    for marker in sorted(used - set(push.markers)):
        yield Remark(("push", "markers"), "warning", NO_WORD.format(marker))
    for user_id in push.managers:
        if present.users is not None and user_id not in present.users:
            yield Remark(("push", "managers", str(user_id)), "error", NO_MANAGER.format(user_id))
