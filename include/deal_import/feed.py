"""
The export file, read record by record in memory that does not depend on its size.

Rows come out while the file is still being read, so nothing may be applied before the last one: a file that
proves bad at its end raises ``BadFile`` there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from zoneinfo import ZoneInfo

from lxml import etree

from include.deal_import.document import MAX_SIZE, grow
from include.deal_import.layout import Layout, local_name, strip_namespaces
from include.deal_import.row import ExportRow, RowMaker
from include.errors import BadFile
from include.values.currency import CURRENCIES
from include.values.moment import moment_text
from include.values.text import trim

MAX_RECORD = 2**20  # bytes; a record is the one thing that must be whole in memory
_MAX_NAMES = 100  # unknown names that are told apart: enough to act upon, and a flood of them stays small
_CONTRACT = "1"
_ASK_FOR_VERSION = f'попросите владельца выгрузки писать в нём version="{_CONTRACT}.0".'


@dataclass
class Unknown:
    """An element that nothing reads, or no currency: how often it was met, and in which record first."""

    count: int
    position: int


class Feed:
    """
    Iterate over it, once, for the rows of a file. Then ``records``, ``unknown`` elements and ``currencies``
    that do not exist say what was met.

    ``generated_at`` (ISO 8601, None when not given) is known from the first row on.
    """

    def __init__(
        self, stream: IO[bytes], layout: Layout, zone: ZoneInfo, currency: str, *, max_size: int = MAX_SIZE
    ) -> None:
        self.records = 0
        self.generated_at: str | None = None
        self.unknown: dict[str, Unknown] = {}
        self.currencies: dict[str, Unknown] = {}
        self._stream, self._max_size = stream, max_size
        self._layout, self._maker = layout, RowMaker(zone, currency)
        self._has_namespaces = not layout.is_deal_export
        self._stalled = 0  # bytes since an element was last finished

    def __iter__(self) -> Iterator[ExportRow]:
        """Raise BadFile for a file that is not what was agreed upon."""
        is_new = True
        for root, size, is_open in grow(self._stream, self._max_size):
            if is_new:
                self._open(root)
                is_new = False
            self._stalled += size
            yield from self._harvest(root, 1, is_open)

    def _open(self, root: etree._Element) -> None:
        name, expected = local_name(root.tag), self._layout.steps[0]
        if expected and name != expected:
            raise BadFile(
                f"Корневой элемент <{name[:100]}>, а должен быть <{expected}>. Проверьте ссылку; если это "
                "файл другого формата, опишите его в layouts и назовите в format источника."
            )
        self._has_namespaces = self._has_namespaces or bool(root.nsmap)
        if self._layout.is_deal_export:
            self._open_deal_export(root)

    def _open_deal_export(self, root: etree._Element) -> None:
        version = root.get("version")
        if version is None:
            raise BadFile(f"У корневого элемента нет атрибута version: {_ASK_FOR_VERSION}")
        if version.strip().partition(".")[0] != _CONTRACT:
            only = f"а принимается только {_CONTRACT}.x"
            raise BadFile(f"Версия формата «{version[:20]}», {only}: {_ASK_FOR_VERSION}")
        self._maker.currency = trim(root.get("currency")) or self._maker.currency
        try:
            self.generated_at = moment_text(root.get("generated_at"), self._maker.zone)
        except ValueError:
            self.generated_at = None  # told in the task log, decides nothing

    def _harvest(self, parent: etree._Element, level: int, is_open: bool) -> Iterator[ExportRow]:
        """Read and cut away what is finished inside ``parent``, which lies on the way to the records."""
        step, is_record = self._layout.steps[level], level == len(self._layout.steps) - 1
        finished = list(parent)[: -1 if is_open else None]
        for child in finished:
            if self._has_namespaces:
                strip_namespaces(child)
            if child.tag != step:
                self._note(
                    self.unknown, f"{local_name(parent.tag)}/{local_name(child.tag)}", self.records + 1
                )
            elif is_record:
                yield self._row(child)
            else:
                yield from self._harvest(child, level + 1, False)
        if finished:
            self._stalled = 0
            del parent[: len(finished)]
        if is_open and len(parent):
            yield from self._harvest_last(parent[0], level, is_record)

    def _harvest_last(self, last: etree._Element, level: int, is_record: bool) -> Iterator[ExportRow]:
        """Deal with a child that may be unfinished: go into it, wait for its end, or keep it from growing."""
        if local_name(last.tag) != self._layout.steps[level]:
            _prune(last)
        elif not is_record:
            yield from self._harvest(last, level + 1, True)
        elif self._stalled > MAX_RECORD:
            raise BadFile(f"Запись {self.records + 1} длиннее {MAX_RECORD / 2**20:g} МиБ.")

    def _row(self, record: etree._Element) -> ExportRow:
        self.records += 1
        raw = self._layout.read(record)
        for name in raw.unknown:
            self._note(self.unknown, name, self.records)
        row = self._maker.row(self.records, raw)
        if row.currency and row.currency not in CURRENCIES:
            self._note(self.currencies, row.currency, self.records)
        return row

    @staticmethod
    def _note(met: dict[str, Unknown], name: str, position: int) -> None:
        if known := met.get(name):
            known.count += 1
        elif len(met) < _MAX_NAMES:
            met[name[:100]] = Unknown(1, position)


def _prune(element: etree._Element) -> None:
    """Cut away all that is finished inside an element nobody reads."""
    while len(element):
        del element[:-1]
        element = element[0]
