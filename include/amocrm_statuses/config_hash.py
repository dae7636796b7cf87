"""What the marts were built from, as one text: when it changes, they are built anew from what was read."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from include.amocrm.dictionary import LEADS, Dictionary, FieldRow
from include.amocrm_statuses.expression import fields_of, parse
from include.amocrm_statuses.mapping import FunnelMap
from include.settings.amocrm_statuses import AmocrmStatusesSettings

BUILD = 1  # raised when the meaning of the SQL changes
_UNSHAPING = {"unmapped", "snapshot_days"}  # policies that change no row


def config_hash(
    settings: AmocrmStatusesSettings, zone: ZoneInfo, history_from: datetime | None, dictionary: Dictionary
) -> str:
    """
    Give a hash of everything besides a lead's own rows that what is built depends on.

    Titles and the choice of fields to show are no part of it: views take them from the tables of settings,
    which every run brings up to date.
    """
    shape = {
        "build": BUILD,
        "filter": settings.filter.model_dump(mode="json"),
        "funnels": [_funnel(funnel) for funnel in settings.mapping.funnels],
        "slots": settings.custom_fields.slots,
        "calculated": [each.model_dump(mode="json", exclude={"title"}) for each in settings.calculated],
        "policies": settings.policies.model_dump(mode="json", exclude=_UNSHAPING),
        "zone": zone.key,
        "field_zone": dictionary.account.timezone if dictionary.account else None,
        "history_from": None if history_from is None else history_from.astimezone(UTC).isoformat(),
        "fields": sorted(_fields(settings, dictionary)),
    }
    return hashlib.sha256(_canonical(shape).encode()).hexdigest()


def named_fields(settings: AmocrmStatusesSettings) -> list[int]:
    """Name the custom fields that rules, formulas and containers of fields refer to."""
    ruled = [rule.field.custom_field_id for rule in settings.filter.rules]
    reckoned = [each for formula in settings.calculated for each in fields_of(parse(formula.expression))]
    named = {*ruled, *reckoned, *settings.custom_fields.slots.values()}
    return sorted(field_id for field_id in named if field_id is not None)


def _funnel(funnel: FunnelMap) -> list[Any]:
    containers = [
        (each.container_id, each.position, each.marker, each.statuses) for each in funnel.containers
    ]
    return [funnel.funnel_id, containers]


def _fields(settings: AmocrmStatusesSettings, dictionary: Dictionary) -> Iterator[tuple[int, str, str]]:
    named = set(named_fields(settings))
    for row in dictionary.fields:
        if _matters(row) or (row.field_id in named and row.entity_type == LEADS and not row.is_gone):
            yield row.field_id, (row.code or "").upper(), row.type


def _matters(row: FieldRow) -> bool:
    return row.type == "tracking_data" and row.entity_type == LEADS and not row.is_gone


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
