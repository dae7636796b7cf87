"""Writing to the simulated 1C base, with the checks and the silences of a real one (onec-odata 5)."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import quote

from sandbox.onec_answers import Style
from sandbox.onec_base import BadValue, Base, Row
from sandbox.onec_reading import is_restricted
from sandbox.onec_request import Refusal, Resource, full_key, header
from sandbox.onec_schema import Entity
from sandbox.onec_select import Shaper
from sandbox.vendor import Request, Response

_FIXED = ("Ref_Key", "DataVersion", "Predefined", "PredefinedDataName")


class Writing(NamedTuple):
    """One call that changes something; ``done`` is told what was done."""

    base: Base
    entity: Entity
    style: Style
    done: Callable[[str], None]

    def answer(self, request: Request, found: Resource) -> Response:
        """Carry the change out and answer with the whole object."""
        if self.entity.owner or "Ref_Key" not in self.entity.types:
            raise Refusal(400, 13, "Создание строк табличных частей напрямую не поддерживается")
        match request.method, found.key, found.tail:
            case "POST", None, "":
                return self._create(request)
            case "POST", dict(key), ("Post" | "Unpost") as action if "Posted" in self.entity.types:
                return self._post(self._known(request, key), action == "Post")
            case "PATCH", dict(key), "":
                return self._patch(request, self._known(request, key))
            case "DELETE", dict(key), "":
                return self._delete(self._known(request, key))
        raise Refusal(405, 19, "Использованный HTTP-метод запрещен в данном контексте")

    def _patch(self, request: Request, row: Row) -> Response:
        values = self._values(request)
        self._allow(request, row, str(values.get("Date", row.get("Date", ""))))
        written = self.base.write(self.entity.name, [{**values, "Ref_Key": row["Ref_Key"]}])[0]
        self.done("patched")
        return self._whole(written)

    def _create(self, request: Request) -> Response:
        values = self._values(request)
        key = str(values.get("Ref_Key", uuid.uuid4()))
        self._allow(request, {}, str(values.get("Date", "")))
        row = self.base.write(self.entity.name, [{**values, "Ref_Key": key}])[0]
        self.done("created")
        location = f"{self.style.root}/{quote(self.entity.name)}(guid'{key}')"
        answer = self._whole(row, 201)
        return replace(answer, headers={**answer.headers, "Location": location})

    def _post(self, row: Row, posted: bool) -> Response:
        self._allow(None, row, row["Date"])
        self.base.write(self.entity.name, [{"Ref_Key": row["Ref_Key"], "Posted": posted}])
        self.done("posted" if posted else "unposted")
        return Response(status=200)

    def _delete(self, row: Row) -> Response:
        self._allow(None, row, row.get("Date", ""))
        self.base.drop(self.entity.name, row["Ref_Key"])
        self.done("deleted")
        return Response(status=204)

    def _known(self, request: Request, key: Mapping[str, str]) -> Row:
        row = self.base.row(self.entity.name, full_key(self.entity, key)[0])
        if row is None:
            raise Refusal(404, 9, f"Экземпляр сущности {self.entity.name!r} не найден по переданному ключу")
        if is_restricted(self.base, self.entity, row):
            raise Refusal(401, 20, "Нарушение прав доступа!")
        expected = header(request, "If-Match").removeprefix("W/").strip('"')
        if self.base.settings["if_match"] and expected not in ("", "*", row["DataVersion"]):
            raise Refusal(412, 0, "Версия данных не совпадает с переданной")
        return row

    def _values(self, request: Request) -> dict[str, Any]:
        """Read the body; what the object has not is dropped without a word, and so is what nobody may set."""
        try:
            values = json.loads(request.body.decode("utf-8-sig"))
        except ValueError:
            raise Refusal(400, 2, "Неверный формат запроса") from None
        if not isinstance(values, dict):
            raise Refusal(400, 2, "Неверный формат запроса")
        fixed = _FIXED if request.method == "PATCH" else _FIXED[1:]
        known = (self.entity.types.keys() | self.entity.sections.keys()) - set(fixed)
        kept = {name: value for name, value in values.items() if name in known}
        for section in kept.keys() & self.entity.sections.keys():
            kept[section] = self._lines(section, kept[section])
        return kept

    def _lines(self, section: str, lines: object) -> list[dict[str, Any]]:
        if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
            raise BadValue(f"Неверное значение свойства {section!r}")
        types = self.base.schema[self.entity.sections[section]].types
        return [{name: value for name, value in line.items() if name in types} for line in lines]

    def _allow(self, request: Request | None, row: Mapping[str, Any], date: str) -> None:
        """Let the configuration's own checks speak, unless they are switched off by the data-load mode."""
        loading = request is not None and header(request, "1C_OData-DataLoadMode") == "true"
        if loading and not self.base.settings["data_load_mode"]:
            raise Refusal(400, 17, "Объект не поддерживает режим загрузки данных")
        limit = self.base.settings["prohibited_before"]
        if limit and not loading and "Date" in self.entity.types and min(date, row.get("Date", date)) < limit:
            text = f"Изменение данных до {limit[:10]} запрещено: установлена дата запрета изменения"
            raise Refusal(500, -1, text)

    def _whole(self, row: Row, status: int = 200) -> Response:
        shaped = Shaper(self.base, self.entity, self.style.level).shape("")(row)
        return self.style.single(self.entity, shaped, status)
