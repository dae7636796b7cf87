"""What the pages of each pipeline have of their own; the pages they share ask here."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, NamedTuple, Protocol

from fastapi import Request

from include.amocrm_statuses import wording as funnel_words
from include.amocrm_statuses.messages import WORDS as FUNNEL_WORDS
from include.bitrix24_contact_totals import wording as totals_words
from include.bitrix24_contact_totals.messages import WORDS as TOTALS_WORDS
from include.bitrix24_deal_products import wording as products_words
from include.bitrix24_deal_products.messages import words_of as products_words_of
from include.calltouch_orders import wording as exchange_words
from include.calltouch_orders.messages import INTAKE_WORDS
from include.calltouch_orders.messages import WORDS as EXCHANGE_WORDS
from include.deal_import import wording as import_words
from include.deal_import.messages import WORDS as IMPORT_WORDS
from include.opencart_catalog import wording as catalog_words
from include.opencart_catalog.messages import WORDS as CATALOG_WORDS
from include.wording.numbers import Forms
from include.wording.runs import Words
from include.wording.speech import AS_WRITTEN, Texts
from plugins.ui.accounts import READING, read_accounts
from plugins.ui.amocrm_accounts import read_amocrm
from plugins.ui.portals import field_names, read_products, read_totals
from plugins.ui.records import (
    RecordPage,
    as_typed,
    item_page,
    lead_keys,
    lead_page,
    no_page,
    order_page,
    portal_keys,
    portal_page,
)
from plugins.ui.shops import read_shops
from plugins.ui.sources import read_sources
from plugins.ui.ukrainian import TEXTS as UKRAINIAN

SourceName = str | None


class Sources(Protocol):
    """The sources that the settings of a pipeline name; none, and the problems, when they cannot be read."""

    @property
    def names(self) -> list[str]:
        """Their names."""

    def zone(self, name: SourceName) -> tzinfo:
        """Give the zone in which the moments of a source are told, also of one that is not known."""

    def find(self, name: SourceName) -> Any:
        """Find a source; None when there is none."""


class Site(NamedTuple):
    """
    The pages of one pipeline.

    prefix: where they are mounted. nav: key, address and words of each section.
    source_word, of_source, named: how its sources are called, all of them, one after «запуск», one alone.
    words, counted: how its runs are spoken of, by source; ``counted`` are the outcomes after a number.
    lands: whether runs of a source receive a file. record_word: what a record of a run's log is found by.
    never_ran: what the log says before the first run. record_page: where a row of the log leads.
    sends: address and words of the page with what a run sends. clients: where the pages of clients are.
    has_clients, has_deals: whether records are about clients, and about deals of ours.
    language, texts: what the pages speak, and what turns the words all pages share into it.
    record_keys: under which keys a record that a person has typed may be logged.
    """

    dag_id: str
    prefix: str
    title: str
    nav: tuple[tuple[str, str, str], ...]
    read_sources: Callable[[], Sources]
    source_word: str
    of_source: Callable[[str], str]
    named: Callable[[str], str]
    words: Callable[[SourceName], Words]
    counted: Callable[[SourceName], Mapping[str, Forms]]
    lands: Callable[[SourceName], bool]
    record_word: str
    never_ran: str
    record_page: Callable[[Any], RecordPage | None] = no_page
    sends: tuple[str, str] | None = None
    clients: str = "clients/"
    has_clients: bool = True
    has_deals: bool = True
    language: str = "ru"
    texts: Texts = AS_WRITTEN
    record_keys: Callable[[str], list[str]] = as_typed


DEAL_IMPORT = Site(
    "deal_import",
    "deal-import",
    "Импорт сделок",
    (("sources", "", "Источники"), ("runs", "runs", "Журнал запусков")),
    read_sources,
    "Источник",
    lambda source: f"источника {source}",
    str,
    lambda source: IMPORT_WORDS,
    lambda source: import_words.COUNTED,
    lambda source: True,
    "ID записи",
    "Импорт ещё ни разу не запускался.",
)
CALLTOUCH_ORDERS = Site(
    "calltouch_orders",
    "calltouch",
    "Обмен с Calltouch",
    (
        ("accounts", "", "Аккаунты"),
        ("orders", "orders", "Заказы"),
        ("actions", "actions", "Отправки"),
        ("budget", "budget", "Лимиты"),
        ("runs", "runs", "Журнал запусков"),
    ),
    read_accounts,
    "Аккаунт",
    lambda source: "чтения 1С" if source == READING else f"аккаунта {source}",
    lambda source: "чтение 1С" if source == READING else source,
    lambda source: INTAKE_WORDS if source == READING else EXCHANGE_WORDS,
    lambda source: exchange_words.COUNTED_READ if source == READING else exchange_words.COUNTED,
    lambda source: source == READING,
    "GUID документа",
    "Обмен ещё ни разу не запускался.",
    order_page,
    ("actions", "отправки этого запуска"),
    "../deal-import/clients/",
)
OPENCART_CATALOG = Site(
    "opencart_catalog",
    "opencart-catalog",
    "Каталог",
    (
        ("plan", "", "Каталог"),
        ("lookalikes", "lookalikes", "Схожі артикули"),
        ("runs", "runs", "Журнал запусків"),
    ),
    read_shops,
    "Магазин",
    lambda source: f"магазину {source}",
    str,
    lambda source: CATALOG_WORDS,
    lambda source: catalog_words.COUNTED,
    lambda source: False,
    "Товар сайту",
    "Каталог ще жодного разу не передавався.",
    item_page,
    ("", "план цього запуску"),
    has_clients=False,
    has_deals=False,
    language="uk",
    texts={**CATALOG_WORDS.texts, **UKRAINIAN},
)
CONTACT_TOTALS = Site(
    "bitrix24_contact_totals",
    "contact-totals",
    "Клиенты по годам",
    (
        ("contacts", "", "Клиенты по годам"),
        ("tiers", "tiers", "Уровни"),
        ("drift", "drift", "Расхождения"),
        ("runs", "runs", "Журнал запусков"),
    ),
    read_totals,
    "Портал",
    lambda source: f"портала {source}",
    str,
    lambda source: TOTALS_WORDS,
    lambda source: totals_words.COUNTED,
    lambda source: False,
    "Контакт или сделка",
    "Итоги ещё ни разу не считались.",
    portal_page,
    clients="../deal-import/clients/",
    has_deals=False,
    record_keys=portal_keys,
)
DEAL_PRODUCTS = Site(
    "bitrix24_deal_products",
    "deal-products",
    "Товары в сделках",
    (("deals", "", "Сделки"), ("changes", "changes", "Перенесённое"), ("runs", "runs", "Журнал запусков")),
    read_products,
    "Портал",
    lambda source: f"портала {source}",
    str,
    lambda source: products_words_of(field_names(read_products())),
    lambda source: products_words.COUNTED,
    lambda source: False,
    "Сделка",
    "Товары ещё ни разу не переносились.",
    portal_page,
    ("changes", "изменения этого запуска"),
    has_clients=False,
    has_deals=False,
    record_keys=portal_keys,
)
AMOCRM_STATUSES = Site(
    "amocrm_statuses",
    "funnel",
    "Воронка",
    (
        ("funnel", "", "Воронка"),
        ("mapping", "mapping", "Сопоставление"),
        ("utm", "utm", "Источники продаж"),
        ("refusals", "refusals", "Отказы"),
        ("runs", "runs", "Журнал запусков"),
    ),
    read_amocrm,
    "Аккаунт",
    lambda source: f"аккаунта {source}",
    str,
    lambda source: FUNNEL_WORDS,
    lambda source: funnel_words.COUNTED,
    lambda source: False,
    "Сделка",
    "Сделки amoCRM ещё ни разу не читались.",
    lead_page,
    clients="../deal-import/clients/",
    has_deals=False,
    record_keys=lead_keys,
)
SITES = {
    site.dag_id: site
    for site in (
        DEAL_IMPORT,
        CALLTOUCH_ORDERS,
        OPENCART_CATALOG,
        CONTACT_TOTALS,
        DEAL_PRODUCTS,
        AMOCRM_STATUSES,
    )
}


def site_of(request: Request) -> Site:
    """Tell whose pages a request is about."""
    site: Site = request.app.state.site
    return site
