"""Items of a plan of the catalogue as the page shows them: what is written to which twins, and how far."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, NamedTuple

from include.opencart_catalog.changes import Change, Names, changes
from include.opencart_catalog.wording import FIELDS
from include.wording.messages import Sentence, describe, word
from include.wording.runs import Words
from include.wording.speech import say
from plugins.ui.warehouse import Reader, Row

MOST_RIVALS = 500
NEW = ("title", "sku", "link_url", "asset_url", "currency")  # of a new item, what its own cell shows
_GRAVEST = ("failed", "uncertain", "sending", "planned", "skipped", "done")
_REMARKS = ("warning", "error")


class Write(NamedTuple):
    """
    What is written alike to some materials; to none of them: a new one is created.

    ``state``: the gravest of the actions. ``not_accepted``: fields that the CRM did not keep.
    """

    materials: tuple[Mapping[str, Any], ...]
    kinds: tuple[str, ...]
    changes: tuple[Change, ...]
    state: str
    errors: tuple[str, ...]
    not_accepted: tuple[str, ...]
    reason: str
    attempts: int

    @property
    def is_new(self) -> bool:
        return "create_material" in self.kinds or "create_category" in self.kinds


class Item(NamedTuple):
    """A row of the plan; ``still``: twins that stay as they are; ``rivals``: others of the same article."""

    row: Row
    writes: list[Write]
    still: list[Mapping[str, Any]]
    sentences: list[Sentence]
    rivals: list[Row]

    @property
    def height(self) -> int:
        """Count the rows of the table it takes."""
        shown = [1 if write.is_new else max(1, len(write.changes)) for write in self.writes]
        titled = len(self.writes) if self.is_told_apart else 0
        return max(1, sum(shown) + titled + bool(self.still) + bool(self.sentences or self.rivals))

    @property
    def is_told_apart(self) -> bool:
        """Say whether writes have to name their materials: there are several of those."""
        return len(self.row["material_ids"]) > 1 and bool(self.writes)


def items_of(reader: Reader, rows: Sequence[Row], names: Names, words: Words, zone: tzinfo) -> list[Item]:
    """Put rows of a plan together with their writes."""
    actions = _actions(reader, rows)
    told = names._replace(categories=_categories(reader, list(actions.values())))
    rivals, codes = _rivals(reader, rows), reader.rows("select_codes")
    texts = {code["code"]: say(code["text"]) for code in codes}
    grave = {code["code"] for code in codes if code["severity"] in _REMARKS}
    items = []
    for row in rows:
        own = [actions[seq] for seq in row["action_seqs"] if seq in actions]
        shown = [code for code in row["codes"] if code in grave or not own]
        items.append(
            Item(
                row,
                _writes(row, own, told),
                _still(row, own),
                describe(shown, row["details"], texts, zone, words.tellers),
                [rival for rival in rivals[row["key"]] if rival["identity"] != row["identity"]],
            )
        )
    return items


def _actions(reader: Reader, rows: Sequence[Row]) -> dict[int, Row]:
    seqs = [seq for row in rows for seq in row["action_seqs"]]
    if not seqs:
        return {}
    found = reader.rows("select_catalog_actions", run=rows[0]["run_id"], seqs=seqs)
    return {action["seq"]: action for action in found}


def _categories(reader: Reader, actions: Sequence[Row]) -> dict[int, str]:
    """Name the CRM's categories that writes speak of."""
    values = (part for action in actions for part in (action["before"], action["after"]))
    ids = {part.get("category_id") for part in values if isinstance(part, Mapping)}
    known = [number for number in ids if isinstance(number, int)]
    if not known:
        return {}
    whose = {name: actions[0][name] for name in ("run_id", "account")}
    found = reader.rows("select_catalog_categories", **whose, ids=known)
    return {row["crm_category_id"]: " / ".join(row["path"]) for row in found}


def _rivals(reader: Reader, rows: Sequence[Row]) -> defaultdict[str | None, list[Row]]:
    keys = sorted({row["key"] for row in rows if "quarantine" in row["facets"] and row["key"]})
    rivals: defaultdict[str | None, list[Row]] = defaultdict(list)
    if keys:
        asked = {"run": rows[0]["run_id"], "keys": keys, "page_size": MOST_RIVALS}
        for row in reader.rows("select_catalog_rivals", **asked):
            rivals[row["key"]].append(row)
    return rivals


def _writes(row: Row, actions: Sequence[Row], names: Names) -> list[Write]:
    """Put twins that are written alike together, and then all that is written to the same ones."""
    names = names._replace(currency=row["currency"] or names.currency)
    known = {material["material_id"]: material for material in row["materials"]}
    alike: defaultdict[Write, list[int | None]] = defaultdict(list)
    for action in actions:
        alike[_write(row, action, names)].append(material_of(action))
    by_materials: defaultdict[tuple[int | None, ...], list[Write]] = defaultdict(list)
    for write, numbers in alike.items():
        by_materials[tuple(numbers)].append(write)
    return [_joined(writes, numbers, known) for numbers, writes in by_materials.items()]


def _write(row: Row, action: Row, names: Names) -> Write:
    answer = action["response"] if isinstance(action["response"], Mapping) else {}
    return Write(
        materials=(),
        kinds=(action["kind"],),
        changes=tuple(_changes(row, action, names)),
        state=action["state"],
        errors=(action["error"],) if action["error"] else (),
        not_accepted=tuple(word(FIELDS, name) for name in _not_accepted(answer)),
        reason=_reason(answer),
        attempts=action["attempts"],
    )


def _joined(
    writes: Sequence[Write], numbers: Sequence[int | None], known: Mapping[int, Mapping[str, Any]]
) -> Write:
    told = (number for number in numbers if number is not None)
    unknown = {"sku": None, "title": None}
    return Write(
        materials=tuple(known.get(number) or {"material_id": number, **unknown} for number in told),
        kinds=tuple(kind for write in writes for kind in write.kinds),
        changes=tuple(change for write in writes for change in write.changes),
        state=min((write.state for write in writes), key=_gravity),
        errors=tuple(dict.fromkeys(error for write in writes for error in write.errors)),
        not_accepted=tuple(name for write in writes for name in write.not_accepted),
        reason=next((write.reason for write in writes if write.reason), ""),
        attempts=max(write.attempts for write in writes),
    )


def _changes(row: Row, action: Row, names: Names) -> list[Change]:
    """Tell what an action changes; of a new item, what is not told beside it already."""
    after = action["after"]
    if action["kind"] == "create_category":
        return []
    if not isinstance(after, Mapping):
        return changes(action["before"], after, names)
    is_new = action["kind"] == "create_material"
    facts = {field: value for field, value in after.items() if not is_new or field not in NEW}
    path, number = " / ".join(row["category_path"]), facts.get("category_id")
    is_known = isinstance(number, int) and number in names.categories
    if path and ("shop_category_id" in facts or (is_new and not is_known)):
        facts["category_id"] = path
    return changes(None if is_new else action["before"], facts, names)


def _not_accepted(answer: Mapping[str, Any]) -> list[str]:
    named = answer.get("not_accepted")
    return [str(name) for name in named] if isinstance(named, list) else []


def _reason(answer: Mapping[str, Any]) -> str:
    """Say why a write was left alone, or that it came to nothing."""
    if answer.get("capability"):
        return "CRM не приймає цього через API"
    if answer.get("held"):
        return "чекає на інший запис, наступний запуск надішле"
    if answer.get("parent"):
        return "батьківську категорію не створено"
    return "у CRM товару вже немає" if answer.get("gone") else ""


def _gravity(state: str) -> int:
    return _GRAVEST.index(state) if state in _GRAVEST else len(_GRAVEST)


def _still(row: Row, actions: Sequence[Row]) -> list[Mapping[str, Any]]:
    """Name materials that stay as they are, where others change, and twins that all do."""
    written = {material_of(action) for action in actions}
    is_told = bool(written) or len(row["materials"]) > 1
    return [each for each in row["materials"] if is_told and each["material_id"] not in written]


def material_of(action: Row) -> int | None:
    """Give the material that an action is about; None: it creates one, or is about a category."""
    kind, _, number = action["key"].partition(":")
    return int(number) if kind == "material" and number.isdigit() else None
