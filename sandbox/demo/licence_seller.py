"""
The licence seller of the demo: 120 leads over fourteen months, and what a mapping makes of them.

Two pipelines, licences and their renewal. A sale is «Акты по лицензиям выставлены», not the system's 142.
Every twelfth lead tells another story: a sale by every stage, one that skipped them, refusals early and
late, a return, a pause, a move to the other pipeline, a dispute that nobody has mapped. Some come from
another site, which the filter leaves out; one is in the bin, one was and has come back. What should come of
it is worked out in plain loops, status by status.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sandbox.demo.people import person, spelled

LICENCES, RENEWAL = 8200011, 8200022
UNSORTED, NEW, QUOTE, CONTRACT = 68100001, 68100002, 68100003, 68100004
HOLD, ACTS, BACK, DISPUTE = 68100009, 68100005, 68100010, 68100011
RENEW = 68200001
WON, LOST = 142, 143
LANDING, COST = 1500101, 1500102
OURS, OTHERS = "site-17", "site-99"  # whose leads count, and whose do not

FIRST_LEAD = 41000001
LEADS = 120
DELETED, RESTORED = 36, 48
START = datetime(2024, 1, 15, 6, tzinfo=UTC)
APART, STEP = timedelta(hours=84), timedelta(hours=9)  # between leads; between the steps of one
BINNED, BACK_AGAIN = START + timedelta(days=430), START + timedelta(days=431)
REASONS = ("Дорого", "Выбрали другого", "Нет бюджета", "Не отвечает", "Передумали")
FIRST_REASON = 15500021
MANAGERS = ("Анна Ветрова", "Борис Лесной", "Вера Полевая", "Глеб Речной", "Дарья Зимина", "Егор Снегов")
FIRST_MANAGER = 9100001
CAMPAIGNS = (
    ("yandex", "cpc", "brand"),
    ("yandex", "cpc", "licences"),
    ("google", "cpc", "licences"),
    ("newsletter", "email", "renewal"),
    ("partner", "referral", None),
)
UTM_FIELDS = {"utm_source": 1500201, "utm_medium": 1500202, "utm_campaign": 1500203}

Status = tuple[int, int]
Row = dict[str, Any]
PATHS: tuple[tuple[Status, ...], ...] = (
    ((LICENCES, NEW), (LICENCES, QUOTE), (LICENCES, CONTRACT), (LICENCES, ACTS)),
    ((LICENCES, UNSORTED), (LICENCES, NEW), (LICENCES, ACTS)),  # nobody wrote the stages between down
    ((LICENCES, NEW), (LICENCES, LOST)),
    ((LICENCES, NEW), (LICENCES, CONTRACT), (LICENCES, LOST)),
    ((LICENCES, NEW), (LICENCES, CONTRACT)),
    ((RENEWAL, RENEW), (RENEWAL, WON)),
    ((LICENCES, NEW), (LICENCES, QUOTE), (LICENCES, ACTS), (LICENCES, BACK)),
    ((LICENCES, NEW), (LICENCES, QUOTE), (LICENCES, HOLD)),
    ((LICENCES, NEW), (RENEWAL, RENEW), (RENEWAL, WON)),
    ((LICENCES, NEW), (LICENCES, QUOTE), (LICENCES, LOST)),
    ((LICENCES, NEW), (LICENCES, QUOTE)),
    ((LICENCES, NEW), (LICENCES, DISPUTE)),
)


class Container(NamedTuple):
    """A container of the demo's settings (``sandbox/demo/settings/amocrm_statuses.yaml``), in their order."""

    name: str
    marker: str | None
    statuses: tuple[Status, ...]


class Lead(NamedTuple):
    """A lead and where it has been."""

    number: int
    path: tuple[Status, ...]
    price: int

    @property
    def lead_id(self) -> int:
        return FIRST_LEAD + self.number - 1

    @property
    def landing(self) -> str:
        return OTHERS if self.number % 10 == 7 else OURS

    @property
    def counts(self) -> bool:
        return self.landing == OURS and self.number != DELETED


class Figures(NamedTuple):
    """A container: leads that stood there, that count as having passed without, that stand there now."""

    visited: int
    implied: int
    here: int


CONTAINERS = (
    Container("new", None, ((LICENCES, UNSORTED), (LICENCES, NEW), (RENEWAL, RENEW))),
    Container("quote", None, ((LICENCES, QUOTE),)),
    Container("contract", None, ((LICENCES, CONTRACT),)),
    Container("hold", "pause", ((LICENCES, HOLD),)),
    Container("won", "success", ((LICENCES, ACTS), (LICENCES, WON), (RENEWAL, WON))),
    Container("lost", "refusal", ((LICENCES, LOST), (RENEWAL, LOST))),
    Container("back", "return", ((LICENCES, BACK),)),
)


def leads() -> list[Lead]:
    """Return the leads as they are when the story begins."""
    return [
        Lead(number, PATHS[number % len(PATHS)], 20_000 + number * 7919 % 180_000)
        for number in range(1, LEADS + 1)
    ]


def mapped(status: Status) -> Container | None:
    """Find the container of a status."""
    return next((container for container in CONTAINERS if status in container.statuses), None)


def visits(lead: Lead) -> list[Container]:
    """Return the containers that a lead has stood in, in order, unmapped statuses left out."""
    return [container for container in map(mapped, lead.path) if container]


def passed(lead: Lead) -> dict[str, str]:
    """
    Say which containers a lead has passed, and how: visited or implied.

    Success passes all stages before it, refusal only those the lead stood in; else all up to the furthest.
    """
    stood = visits(lead)
    found = {container.name: "visited" for container in stood}
    if not stood or stood[-1].marker == "refusal":
        return found
    places = {container.name: place for place, container in enumerate(CONTAINERS)}
    is_sold = any(container.marker == "success" for container in stood)
    if is_sold and stood[-1].marker in ("success", "return"):
        end = next(place for place, each in enumerate(CONTAINERS) if each.marker == "success")
    else:
        end = max((places[each.name] for each in stood if each.marker is None), default=0)
    implied = (each.name for each in CONTAINERS[:end] if each.marker is None and each.name not in found)
    return found | dict.fromkeys(implied, "implied")


def sales(lead: Lead) -> int:
    """Return the sales volume of a lead: its price while it stands in success."""
    last = mapped(lead.path[-1])
    return lead.price if last and last.marker == "success" else 0


def figures(known: Sequence[Lead]) -> dict[str, Figures]:
    """Count the leads of a funnel, container by container."""
    counted = [(lead, passed(lead), visits(lead)) for lead in known if lead.counts]
    return {
        container.name: Figures(
            sum(found.get(container.name) == "visited" for _, found, _ in counted),
            sum(found.get(container.name) == "implied" for _, found, _ in counted),
            sum(mapped(lead.path[-1]) == container for lead, _, _ in counted),
        )
        for container in CONTAINERS
    }


def sales_volume(known: Sequence[Lead]) -> int:
    """Return the sales volume of all leads that count."""
    return sum(sales(lead) for lead in known if lead.counts)


def pipeline_rows() -> list[Row]:
    """Return the pipelines as the account keeps them."""
    licences = {
        UNSORTED: "Неразобранное",
        NEW: "Проработка заявки",
        QUOTE: "Расчет КП",
        CONTRACT: "Согласование договора",
        HOLD: "Ждёт клиента",
        ACTS: "Акты по лицензиям выставлены",
        BACK: "Возврат денег",
        DISPUTE: "Спор",
    }
    named = [
        {"id": number, "name": name, "type": int(number == UNSORTED)} for number, name in licences.items()
    ]
    renewal = [{"id": RENEW, "name": "Заявка на продление"}, {"id": WON, "name": "Продлено"}]
    return [
        {"id": LICENCES, "name": "Лицензии", "is_main": True, "statuses": named},
        {"id": RENEWAL, "name": "Продление", "statuses": renewal},
    ]


def user_rows() -> list[Row]:
    """Return the managers; the first one has let the integration in."""
    return [
        {"id": FIRST_MANAGER + place, "name": name, "is_admin": place == 0}
        for place, name in enumerate(MANAGERS)
    ]


def reason_rows() -> list[Row]:
    """Return the reasons of refusal."""
    return [{"id": FIRST_REASON + place, "name": name} for place, name in enumerate(REASONS)]


def contact_rows() -> Iterator[Row]:
    """Yield a contact for every second lead."""
    for lead in leads()[::2]:
        who = person(600 + lead.number)
        yield {
            **{"id": _contact(lead), "name": who.name, "created_at": created(lead).isoformat()},
            **{"phones": [spelled(who.phone, lead.number)], "emails": [who.email]},
            "updated_at": created(lead).isoformat(),
        }


def lead_rows() -> Iterator[Row]:
    """Yield the leads as the account keeps them."""
    for lead in leads():
        path = [
            [*status, (created(lead) + place * STEP).isoformat()] for place, status in enumerate(lead.path)
        ]
        is_lost = lead.path[-1][1] == LOST
        yield {
            **{"id": lead.lead_id, "name": f"Лицензии для ООО «{person(600 + lead.number).city}»"},
            **{"price": lead.price, "path": path},
            **{"responsible_user_id": FIRST_MANAGER + lead.number % len(MANAGERS)},
            **({"loss_reason_id": FIRST_REASON + lead.number % len(REASONS)} if is_lost else {}),
            **({"contacts": [_contact(lead)]} if lead.number % 2 else {}),
            "fields": _fields(lead),
        }


def created(lead: Lead) -> datetime:
    """Spread the leads over fourteen months."""
    return START + APART * lead.number


def _contact(lead: Lead) -> int:
    return 60500000 + lead.number


def _fields(lead: Lead) -> Row:
    source, medium, campaign = CAMPAIGNS[lead.number % len(CAMPAIGNS)]
    marks = {"utm_source": source, "utm_medium": medium, "utm_campaign": campaign}
    return {
        str(LANDING): lead.landing,
        str(COST): f"{lead.price * 45 // 100}.50",
        **{str(UTM_FIELDS[name]): value for name, value in marks.items() if value},
    }
