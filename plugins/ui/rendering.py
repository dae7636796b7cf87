"""From a template and values to an HTML answer: the Jinja environment, its filters, its links."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from markupsafe import Markup, escape

from include import wording
from include.amocrm_statuses import wording as funnel
from include.bitrix24_contact_totals.wording import (
    ACTION_KINDS as TOTALS_KINDS,
)
from include.bitrix24_contact_totals.wording import (
    ACTION_STATES as TOTALS_STATES,
)
from include.bitrix24_contact_totals.wording import (
    STANDINGS,
    YEAR_RULES,
)
from include.bitrix24_deal_products.wording import (
    ACTION_KINDS as PRODUCTS_KINDS,
)
from include.bitrix24_deal_products.wording import (
    ACTION_STATES as PRODUCTS_STATES,
)
from include.bitrix24_deal_products.wording import (
    STANDINGS as PRODUCTS_STANDINGS,
)
from include.calltouch_orders.wording import (
    ACTION_KINDS,
    ACTION_STATES,
    DEAL_STATES,
    DOCUMENT_KINDS,
    METHODS,
    TARGETS,
)
from include.opencart_catalog.wording import ACTION_STATES as CATALOG_STATES
from include.values.masking import mask_key, mask_text
from include.wording.clients import DEAL_RULES, FEED_KINDS, KEY_KINDS, ORIGINS
from include.wording.messages import masked
from include.wording.numbers import Forms
from include.wording.runs import SEVERITIES, STATES, TRIGGERS
from include.wording.speech import say
from plugins.hooks.shown_link import shown_link
from plugins.ui.site import site_of

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Render a page. Its links are relative, for any prefix of Airflow: ``base`` leads to our app's root."""
    path = request.scope["path"].removeprefix(request.scope["root_path"])
    base = "../" * (path.count("/") - 1) or "./"
    site = site_of(request)
    words = {name: spoken(table) for name, table in _WORDS.items()}
    values = {"base": base, "site": site, "clients": base + site.clients, "words": words, **values}
    return HTMLResponse(_TEMPLATES.get_template(template).render(values), status)


def query(filters: Mapping[str, object], **changes: object) -> str:
    """Return the query string of the same page with some filters changed; empty ones are left out."""
    chosen = {name: value for name, value in (dict(filters) | changes).items() if value not in (None, "")}
    return "?" + urlencode(chosen)


def duration(start: datetime, end: datetime | None) -> str:
    """Say how long something took, roughly."""
    seconds = (end - start).total_seconds() if end else 0
    if not end:
        return ""
    if seconds < 60:
        return f"{seconds:.1f}\u00a0с".replace(".", ",")
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}\u00a0{say('мин')} {rest:02}\u00a0с"


@pass_context  # without it Jinja would say a constant once, while it compiles, in whatever language
def translated(context: object, text: str, **values: object) -> str:
    """Say a text of a template in the language of the pages, values put in where it names them."""
    said = say(text)
    return said.format(**values) if values else said


def spoken(words: Mapping[str, str]) -> dict[str, str]:
    """Say every word of a table in the language of the pages."""
    return {key: say(text) for key, text in words.items()}


def outside(address: object) -> str | None:
    """Give an address that may be followed or shown as a picture: of the web, and nothing that runs."""
    found = address if isinstance(address, str) else ""
    return found if found.lower().startswith(("https://", "http://")) else None


def percent(share: Decimal | None) -> str:
    """Write a share; a dash where there is none."""
    return "—" if share is None else f"{wording.quantity(share)}\u00a0%"


def zip_with(names: Iterable[str], values: Iterable[str]) -> list[tuple[str, str]]:
    """Put names and values together, as many as there are of both."""
    return list(zip(names, values, strict=False))


def breakable(link: str) -> Markup:
    """Let a long link break after a slash, not inside a name."""
    return Markup("/<wbr>").join(escape(part) for part in link.split("/"))


def unbroken(text: str) -> str:
    """Keep words in one line."""
    return text.replace(" ", "\u00a0")


def pretty(details: object) -> str:
    """Spell details out in full, personal data masked."""
    return json.dumps(masked(details), ensure_ascii=False, indent=2, default=str)


class Counted(NamedTuple):
    """A counter of a run: its words as a heading and after its number."""

    key: str
    label: str
    number: int
    words: str


def counted(counters: object, words: Mapping[str, Forms]) -> list[Counted]:
    """Return a run's counters that are not zero, known outcomes first."""
    known: Mapping[str, Any] = counters if isinstance(counters, Mapping) else {}
    order = [*words, *(key for key in known if key not in words)]
    return [_counted(key, known[key], words.get(key, key)) for key in order if known.get(key)]


def _counted(key: str, number: int, forms: Forms) -> Counted:
    if isinstance(forms, str):
        return Counted(key, forms, number, forms)
    return Counted(key, forms[2], number, wording.governed(number, *forms))


_TEMPLATES.filters |= {
    "moment": wording.moment,
    "money": wording.money,
    "number": wording.number,
    "places": wording.places_of,
    "quantity": wording.quantity,
    "amount": wording.amount,
    "plural": wording.plural,
    "file_size": wording.file_size,
    "mask": mask_text,
    "mask_key": mask_key,
    "shown_link": shown_link,
    "zone_name": wording.zone_name,
    "breakable": breakable,
    "unbroken": unbroken,
    "pretty": pretty,
    "counted": counted,
    "t": translated,
    "outside": outside,
    "lasting": wording.lasting,
    "percent": percent,
    "share_of": wording.share_of,
    "zip_with": zip_with,
}
_WORDS = {
    "STATES": STATES,
    "TRIGGERS": TRIGGERS,
    "SEVERITIES": SEVERITIES,
    "DEAL_RULES": DEAL_RULES,
    "KEY_KINDS": KEY_KINDS,
    "FEED_KINDS": FEED_KINDS,
    "ORIGINS": ORIGINS,
    "ACTION_KINDS": ACTION_KINDS,
    "ACTION_STATES": ACTION_STATES,
    "CATALOG_STATES": CATALOG_STATES,
    "TOTALS_KINDS": TOTALS_KINDS,
    "TOTALS_STATES": TOTALS_STATES,
    "PRODUCTS_KINDS": PRODUCTS_KINDS,
    "PRODUCTS_STATES": PRODUCTS_STATES,
    "PRODUCTS_STANDINGS": PRODUCTS_STANDINGS,
    "STANDINGS": STANDINGS,
    "YEAR_RULES": YEAR_RULES,
    "DEAL_STATES": DEAL_STATES,
    "DOCUMENT_KINDS": DOCUMENT_KINDS,
    "METHODS": METHODS,
    "TARGETS": TARGETS,
    "MARKERS": funnel.MARKERS,
    "CONNECTIONS": funnel.CONNECTION_STATES,
    "ISSUES": funnel.ISSUES,
    "SOURCES": funnel.SOURCES,
    "PASS_KINDS": funnel.PASS_KINDS,
    "DELETED": funnel.DELETED,
    "PROBLEMS": funnel.PROBLEMS,
    "PROVENANCE": funnel.PROVENANCE,
    "PUSH_STATES": funnel.PUSH_STATES,
    "BACKFILL": funnel.BACKFILL,
}
_TEMPLATES.globals |= {"query": query, "duration": duration}
