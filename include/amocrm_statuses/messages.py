"""What the details of a row of the funnel's log say, code by code."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from include.amocrm_statuses.wording import COLUMNS, LEFT_FOR, MARKERS, NO_CONTAINER, OUTCOMES
from include.wording import moment_in, money, number, plural
from include.wording.messages import ARROW, Details, Teller, joined, part, quoted, word
from include.wording.runs import Words

MOST = 6  # of funnels, pipelines or statuses in a sentence


def _some(told: Iterator[str]) -> str:
    """Put the first few together, and say how many more there are."""
    shown = [each for each in told if each]
    more = [f"и ещё {len(shown) - MOST}"] if len(shown) > MOST else []
    return "; ".join([*shown[:MOST], *more])


def _text_of(*keys: str) -> Teller:
    def tell(details: Details, zone: tzinfo) -> str:
        return str(next((details[key] for key in keys if details.get(key)), ""))

    return tell


_MESSAGE = _text_of("message", "error", "reason")


def _funnels(details: Details) -> Iterator[tuple[str, Details]]:
    """Give what changed in each funnel; its title where the row knows it, else its id."""
    funnels = part(details, "funnels")
    for name in funnels:
        told = part(funnels, name)
        yield str(told.get("title") or name), told


def _is_alone(details: Details) -> bool:
    return len(part(details, "funnels")) < 2


def _step(told: Details) -> str:
    """Tell where a lead was and where it is."""
    old, new = told.get("from"), told.get("to")
    if old == new:
        return quoted(new) if new else ""
    if not old:
        return quoted(new)
    return f"{quoted(old)} {ARROW} {quoted(new) if new else NO_CONTAINER}"


def _sales(told: Details) -> str:
    """Tell the sales volume before and after, if that changed."""
    sums = told.get("sales")
    if not isinstance(sums, list) or len(sums) != 2:
        return ""
    old, new = (money(0 if each is None else each) for each in sums)
    return "" if old == new else f"объём продаж {old} {ARROW} {new}"


def _moved(details: Details, zone: tzinfo) -> str:
    """Tell the steps in each funnel, its name before them where there are several."""
    is_alone = _is_alone(details)
    return _some(
        joined(_step(told) if is_alone else f"{title}: {_step(told)}", _sales(told))
        for title, told in _funnels(details)
        if _step(told)
    ) or _MESSAGE(details, zone)


def _won(details: Details, zone: tzinfo) -> str:
    """Tell since when; where to and how much is told by the code of the step itself."""
    won = (told.get("success_at") for _, told in _funnels(details) if told.get("marker") == "success")
    return _some(moment_in(at, zone) for at in won if at) or _MESSAGE(details, zone)


def _changed(details: Details, zone: tzinfo) -> str:
    """Tell which columns have changed, and what of the sales."""
    fields = details.get("fields")
    names = [word(COLUMNS, name) for name in fields] if isinstance(fields, list) else []
    return _some(iter([", ".join(names), *(_sales(told) for _, told in _funnels(details))]))


def _left(details: Details, zone: tzinfo) -> str:
    why = details.get("why") or details.get("left_for")
    reason = "" if why in ("deleted", "filtered") else word(LEFT_FOR, why)  # the code says these two
    return joined(reason, _some(_step({**told, "to": None}) for _, told in _funnels(details)))


def _status(details: Details, zone: tzinfo) -> str:
    """Tell a status: its name, its pipeline."""
    name = details.get("status") or details.get("status_id")
    pipeline = details.get("pipeline") or details.get("pipeline_id")
    told = f"статус {quoted(name)}" if name else ""
    return joined(told, f"воронка {quoted(pipeline)}" if pipeline else "") or _MESSAGE(details, zone)


def _price(details: Details, zone: tzinfo) -> str:
    price = details.get("price")
    return joined(_status(details, zone), f"сумма сделки {money(price)}" if price is not None else "")


def _field(details: Details, zone: tzinfo) -> str:
    """Tell a field by its name, else its number; what stood there is not told: it may be personal."""
    fields = details.get("unread") or details.get("fields") or [details.get("field")]
    told = _some(_named(each) for each in fields) if isinstance(fields, list) else ""
    return told or _MESSAGE(details, zone)


def _named(field: Any) -> str:
    if isinstance(field, Mapping):
        name, field_id = field.get("name"), field.get("field_id")
        return f"{quoted(name)} ({field_id})" if name and field_id else str(name or field_id or "")
    return str(field) if field else ""


def _coverage(details: Details, zone: tzinfo) -> str:
    """Tell the share of mapped leads, pipeline by pipeline, and which statuses are not mapped."""
    pipelines = details.get("pipelines")
    known = [each for each in pipelines if isinstance(each, Mapping)] if isinstance(pipelines, list) else []
    return _some(_covered(each) for each in known)


def _covered(pipeline: Details) -> str:
    leads, mapped = _count(pipeline.get("leads")), _count(pipeline.get("mapped"))
    unmapped = pipeline.get("unmapped_statuses")
    names = [_status_name(each) for each in unmapped] if isinstance(unmapped, list) else []
    shown = ", ".join(names[:MOST]) + (f" и ещё {len(names) - MOST}" if len(names) > MOST else "")
    missing = f", не сопоставлены {shown}" if names else ""
    return f"{quoted(pipeline.get('name'))} {number(mapped)} из {number(leads)}{missing}"


def _status_name(status: Any) -> str:
    name = status.get("name") if isinstance(status, Mapping) else status
    return quoted(name)


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _history(details: Details, zone: tzinfo) -> str:
    at = details.get("history_from") or details.get("from")
    return moment_in(at, zone) if at else "событий нет: начало истории сделок неизвестно"


def _window(details: Details, zone: tzinfo) -> str:
    """Tell the window of a backfill, and how many events it brought."""
    begin, end, events = details.get("from"), details.get("to"), details.get("events")
    told = f"с {moment_in(begin, zone)} по {moment_in(end, zone)}" if begin and end else ""
    found = plural(events, "событие", "события", "событий") if isinstance(events, int) else ""
    return joined(told, found) or _MESSAGE(details, zone)


def _leads(details: Details, zone: tzinfo) -> str:
    leads = details.get("leads")
    told = plural(leads, "сделка", "сделки", "сделок") if isinstance(leads, int) else ""
    return joined(told, _MESSAGE(details, zone))


def _numbers(details: Details, zone: tzinfo) -> str:
    """Tell how many leads, and the numbers of a few."""
    ids = details.get("lead_ids")
    known = [str(each) for each in ids[:MOST]] if isinstance(ids, list) else []
    return joined(_leads(details, zone), f"№ {', '.join(known)}" if known else "")


def _moved_host(details: Details, zone: tzinfo) -> str:
    host = details.get("host") or details.get("to")
    return joined(f"теперь {host}" if host else "", _MESSAGE(details, zone))


def _other_account(details: Details, zone: tzinfo) -> str:
    known, told = details.get("known"), details.get("told")
    return f"знаем № {known}, доступ дан к № {told}" if known and told else _MESSAGE(details, zone)


def _remark(details: Details, zone: tzinfo) -> str:
    return str(details.get("text") or _MESSAGE(details, zone))


def _starter(details: Details, zone: tzinfo) -> str:
    return "текст в подробностях и на странице «Сопоставление»" if details.get("yaml") else ""


def _without(said: str) -> Teller:
    """Tell a message without what the code's own words have said."""

    def tell(details: Details, zone: tzinfo) -> str:
        return _MESSAGE(details, zone).removeprefix(said)

    return tell


def _containers(details: Details, zone: tzinfo) -> str:
    names = details.get("containers") or details.get("markers")
    told = ", ".join(quoted(word(MARKERS, name)) for name in names) if isinstance(names, list) else ""
    return joined(told, _leads(details, zone))


_OF_RUN = (
    *("AMO_REAUTH_REQUIRED", "AMO_UNPAID", "AMO_BLOCKED", "AMO_DISCONNECTED", "AMO_CONNECTED", "AMO_RESET"),
    *("AMO_TOKENS_RENEWED", "AMO_REFRESH_UNCERTAIN", "AMO_FILTER_IGNORED", "AMO_ORDER_IGNORED"),
    *("AMO_TOO_MANY_PAGES", "AMO_WINDOW_OUTSIDE", "AMO_READ_AGAIN", "AMO_USERS_DENIED", "AMO_RIGHTS_LOST"),
    *("AMO_UNREADABLE", "AMO_READS_NOW"),
    *("AMO_MANY_LEFT", "AMO_NO_FUNNELS", "SDH_UNKNOWN", "SDH_FAILED", "SDH_NOT_SENT", "SDH_STATUSES"),
    *("AMO_REFUSED", "AMO_RETURNED", "AMO_REOPENED"),  # beside a step, which says where from and where to
)
_OF_STEPS = ("AMO_NEW", "AMO_MOVED", "AMO_RESTORED")
_OF_STATUSES = ("AMO_UNMAPPED", "AMO_OUTSIDE_AFTER_SUCCESS", "AMO_RETURN_WITHOUT_SUCCESS")
_OF_FIELDS = ("AMO_UNPARSABLE_NUMBER", "AMO_SEVERAL_VALUES", "AMO_UNKNOWN_TYPE")
TELLERS: Mapping[str, Teller] = {
    **dict.fromkeys(_OF_RUN, _MESSAGE),
    **dict.fromkeys(_OF_STEPS, _moved),
    **dict.fromkeys(_OF_STATUSES, _status),
    **dict.fromkeys(_OF_FIELDS, _field),
    **dict.fromkeys(("AMO_DELETED", "AMO_FILTERED"), _left),
    "AMO_CHANGED": _changed,
    "AMO_WON": _won,
    "AMO_ZERO_SUCCESS": _price,
    "AMO_CONNECTED": _without("Подключено: "),
    "AMO_RESET": _without("Настройки и витрины сброшены, прочитанное из amoCRM осталось. "),
    "AMO_OTHER_ACCOUNT": _other_account,
    "AMO_ACCOUNT_MOVED": _moved_host,
    "AMO_LEADS_MISSING": _numbers,
    "AMO_SHOWN_LATE": _numbers,
    "AMO_HISTORY_FROM": _history,
    "AMO_BACKFILL": _window,
    "AMO_MAPPING_WARNING": _remark,
    "AMO_FULL_BUILD": _leads,
    "AMO_COVERAGE": _coverage,
    "AMO_STARTER": _starter,
    "SDH_NO_MARKERS": _containers,
    "SDH_NO_STATUS": _containers,
}
WORDS = Words(OUTCOMES, TELLERS, "«Воронка»")
