"""From a template and values to an HTML answer: the Jinja environment, its filters, its links."""

import json
from collections.abc import Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.deal_import import messages, wording
from include.values.masking import mask_key, mask_text
from plugins.hooks.shown_link import shown_link

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
    return HTMLResponse(_TEMPLATES.get_template(template).render(base=base, **values), status)


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
    return f"{minutes}\u00a0мин {rest:02}\u00a0с"


def zone_name(zone: tzinfo) -> str:
    """Name a zone as the settings do."""
    return str(zone)


def pretty(details: object) -> str:
    """Spell details out in full, personal data masked."""
    return json.dumps(messages.masked(details), ensure_ascii=False, indent=2, default=str)


def counted(counters: object) -> list[tuple[str, str, int]]:
    """Return a run's counters that are not zero as (key, words, number), known outcomes first."""
    known: Mapping[str, Any] = counters if isinstance(counters, Mapping) else {}
    order = [*wording.COUNTED, *(key for key in known if key not in wording.COUNTED)]
    return [(key, wording.COUNTED.get(key, key), known[key]) for key in order if known.get(key)]


_TEMPLATES.filters |= {
    "moment": messages.moment,
    "money": wording.money,
    "number": wording.number,
    "plural": wording.plural,
    "file_size": wording.file_size,
    "mask": mask_text,
    "mask_key": mask_key,
    "shown_link": shown_link,
    "zone_name": zone_name,
    "pretty": pretty,
    "counted": counted,
}
_TEMPLATES.globals |= {"words": wording, "query": query, "duration": duration}
