"""
A file of settings to begin with, and how any mapping is spelled: YAML, names as comments (smart-data-hub 3).

One container a status, pipelines in their order; the system's 142 is proposed as success, 143 as refusal.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from include.amocrm.dictionary import Dictionary, PipelineRow, StatusRow
from include.amocrm_statuses.mapping import ContainerMap, FunnelMap, Mapping, Marker, StatusKey
from include.values.text import collapse

SUCCESS, REFUSAL = 142, 143
_CLOSED: MappingProxyType[int, Marker] = MappingProxyType({SUCCESS: "success", REFUSAL: "refusal"})
_HEAD = """\
# Заготовка по статусам аккаунта amoCRM{account}: контейнер на каждый статус. Объедините похожие, переставьте,
# проверьте маркеры: success может стоять и не на «Успешно реализовано». Порядок контейнеров решает, что
# считается пройденным. Все воронки amoCRM здесь стоят в одной, друг за другом: сделке из нижней засчитываются
# как пройденные этапы тех, что выше. Воронкам разных продуктов сделайте в funnels по своей воронке.
# Если файл настроек уже есть, не кладите этот на его место: возьмите отсюда только раздел funnels, иначе
# фильтр, вычисляемые поля и передача в Smart Data Hub пропадут.
account:
  connection: {connection}
"""
_LETTERS = MappingProxyType(
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
            (
                *(
                    "a",
                    "b",
                    "v",
                    "g",
                    "d",
                    "e",
                    "e",
                    "zh",
                    "z",
                    "i",
                    "y",
                    "k",
                    "l",
                    "m",
                    "n",
                    "o",
                    "p",
                    "r",
                    "s",
                    "t",
                ),
                *("u", "f", "h", "c", "ch", "sh", "sch", "", "y", "", "e", "yu", "ya"),
            ),
            strict=True,
        )
    )
)
_LONGEST_ID = 40


def starter(dictionary: Dictionary, account: str) -> str:
    """Spell the file for an account; ``account`` is the connection to it."""
    name = dictionary.account.name if dictionary.account else None
    told = f" «{_shown(name)}»" if name else ""
    return _HEAD.format(account=told, connection=_quoted(account)) + spelled(
        starter_mapping(dictionary), dictionary
    )


def starter_mapping(dictionary: Dictionary) -> Mapping:
    """Propose a mapping: one funnel of all pipelines that are not in the archive."""
    pipelines = sorted(
        (row for row in dictionary.pipelines if not row.is_archive and not row.is_gone),
        key=lambda row: (row.sort, row.pipeline_id),
    )
    if not pipelines:
        return Mapping()
    containers = _containers(pipelines, dictionary.statuses)
    return Mapping((FunnelMap("sales", "Продажи", tuple(containers)),))


def spelled(mapping: Mapping, dictionary: Dictionary) -> str:
    """Spell the section ``funnels`` of the settings; statuses are named beside their numbers."""
    if not mapping.funnels:
        return "funnels: []\n"
    names = _names(dictionary)
    return "\n".join(
        ["funnels:", *(line for funnel in mapping.funnels for line in _funnel(funnel, names)), ""]
    )


def _containers(pipelines: Sequence[PipelineRow], statuses: Sequence[StatusRow]) -> list[ContainerMap]:
    """One container an open status, in order; then one for all successes, one for all refusals."""
    ordered = [(pipeline, status) for pipeline in pipelines for status in _statuses_of(pipeline, statuses)]
    repeated = Counter(status.name for _, status in ordered)
    found: list[tuple[str, Marker | None, tuple[StatusKey, ...]]] = []
    for pipeline, status in ordered:
        if status.status_id not in _CLOSED:
            title = status.name if repeated[status.name] == 1 else f"{status.name} ({pipeline.name})"
            found.append((title, None, ((pipeline.pipeline_id, status.status_id),)))
    for closed, marker in _CLOSED.items():
        same = [status for _, status in ordered if status.status_id == closed]
        if same:
            keys = tuple((status.pipeline_id, status.status_id) for status in same)
            found.append((same[0].name, marker, keys))
    taken: set[str] = set()
    return [
        ContainerMap(
            _unique(title, keys[0][1], taken), _shown(title) or f"Статус {keys[0][1]}", place, marker, keys
        )
        for place, (title, marker, keys) in enumerate(found, 1)
    ]


def _statuses_of(pipeline: PipelineRow, statuses: Sequence[StatusRow]) -> list[StatusRow]:
    own = (row for row in statuses if row.pipeline_id == pipeline.pipeline_id and not row.is_gone)
    return sorted(own, key=lambda row: (row.sort, row.status_id))


def _unique(title: str, number: int, taken: set[str]) -> str:
    """Make an id of a title: Latin letters, unlike all others."""
    latin = "".join(_LETTERS.get(letter, letter) for letter in title.casefold())
    slug = re.sub(r"[^a-z0-9]+", "_", latin)[:_LONGEST_ID].strip("_") or f"status_{number}"
    name, turn = slug, 1
    while name in taken:
        turn += 1
        name = f"{slug}_{turn}"
    taken.add(name)
    return name


def _funnel(funnel: FunnelMap, names: dict[StatusKey, str]) -> Iterator[str]:
    yield f"  - id: {_quoted(funnel.funnel_id)}"
    yield f"    title: {_quoted(funnel.title)}"
    yield "    containers:"
    in_order = [each.position for each in funnel.containers] == list(range(1, len(funnel.containers) + 1))
    for container in funnel.containers:
        yield f"      - id: {_quoted(container.container_id)}"
        yield f"        title: {_quoted(container.title)}"
        if not in_order:
            yield f"        position: {container.position}"
        if container.marker:
            yield f"        marker: {container.marker}"
        yield "        statuses:" if container.statuses else "        statuses: []"
        for pipeline_id, status_id in container.statuses:
            name = names.get((pipeline_id, status_id))
            yield f"          - [{pipeline_id}, {status_id}]" + (f"  # {name}" if name else "")


def _names(dictionary: Dictionary) -> dict[StatusKey, str]:
    pipelines = {row.pipeline_id: row.name for row in dictionary.pipelines}
    return {
        (row.pipeline_id, row.status_id): _shown(f"{pipelines.get(row.pipeline_id, '')}: {row.name}")
        for row in dictionary.statuses
    }


def _quoted(text: str) -> str:
    """Spell a text for YAML; a plain word needs no quotes."""
    if re.fullmatch(r"[a-z][a-z0-9_-]*", text) and text not in _WORDS:
        return text
    return json.dumps(_shown(text), ensure_ascii=False)


def _shown(text: str | None) -> str:
    """Give a name in one line, of printable signs, with nothing that settings would take for a variable."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text or "")
    return (collapse(printable) or "").replace("${", "$ {")


_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})  # not texts in YAML
