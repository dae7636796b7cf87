"""
What an account of KeepinCRM can do, as far as was seen and tried; remembered from run to run.

Nobody has seen the vendor's specification, so a plan counts on nothing: what was never tried is tried, and
what did not work is left alone for a while (keepincrm 7, 4.2). Kept as JSON in ops.cursor.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any, Literal

from include.keepincrm.custom_fields import Names, keys, titles

Tried = Literal["custom_fields", "named_prices", "categories", "asset_url"]
MISSES = 2  # that many in a row, and it is off
TRY_AGAIN = timedelta(days=30)


@dataclass(frozen=True)
class Trial:
    """What came of writing: ``works`` is None until it is known; ``misses`` came since it last worked."""

    works: bool | None = None
    misses: int = 0
    on: str | None = None  # ISO date of the last attempt


@dataclass(frozen=True)
class Capabilities:
    """What is known of an account. ``can`` and ``learnt`` are for what is tried by writing."""

    trials: Mapping[str, Trial] = field(default_factory=dict)
    custom_fields_by: Names = "title"  # the spelling to be used next
    custom_field_keys: Mapping[str, str] = field(default_factory=dict)  # title -> key
    custom_field_titles: tuple[str, ...] | None = None  # None: no material was seen
    lists_custom_fields: bool | None = None  # do lists of materials show them?
    lists_named_prices: bool | None = None
    categories_have_parents: bool | None = None

    def can(self, what: Tried, today: date) -> bool:
        """Tell whether it is worth trying: it works, nobody knows, or it was off for long enough."""
        trial = self.trials.get(what, Trial())
        if trial.works is not False:
            return True
        return trial.on is None or date.fromisoformat(trial.on) + TRY_AGAIN <= today

    @property
    def custom_fields_writable(self) -> bool | None:
        """Do custom fields hold what is sent? None: not known yet."""
        return self.trials.get("custom_fields", Trial()).works

    @property
    def named_prices_writable(self) -> bool | None:
        """Do named prices?"""
        return self.trials.get("named_prices", Trial()).works

    @property
    def categories_writable(self) -> bool | None:
        """Can categories be created through the API?"""
        return self.trials.get("categories", Trial()).works

    @property
    def asset_url_stable(self) -> bool | None:
        """Does a picture keep the address that is sent?"""
        return self.trials.get("asset_url", Trial()).works

    @property
    def custom_field_names(self) -> Mapping[str, str]:
        """The keys to write custom fields by; none when they are written by title."""
        return self.custom_field_keys if self.custom_fields_by == "key" else {}

    def missing_fields(self, wanted: Mapping[str, Any] | tuple[str, ...]) -> list[str]:
        """Name the custom fields that a person has to define first, as far as can be seen."""
        known = self.custom_field_titles
        return [] if known is None else [title for title in wanted if title not in known]

    def learnt(self, what: Tried, worked: bool, today: date, *, for_good: bool = False) -> "Capabilities":
        """
        Remember what came of a write that was read back.

        One miss may be chance, and of custom fields the wrong spelling: the other one is used next.
        ``for_good``: the vendor has refused it in so many words. One changed address is enough as well.
        """
        before = self.trials.get(what, Trial())
        misses = 0 if worked else before.misses + 1
        is_off = misses >= MISSES or for_good or what == "asset_url"
        works = True if worked else False if is_off else before.works
        trials = {**self.trials, what: Trial(works, misses, today.isoformat())}
        learnt = replace(self, trials=trials)
        return learnt._spelt_otherwise() if what == "custom_fields" and not worked else learnt

    def forgotten(self, *what: Tried) -> "Capabilities":
        """Forget what came of writing, so that it is tried again; everything if nothing is named."""
        left = {name: trial for name, trial in self.trials.items() if what and name not in what}
        return replace(self, trials=left)

    def seen(
        self, listed: Mapping[str, Any], alone: Mapping[str, Any], category: Mapping[str, Any]
    ) -> "Capabilities":
        """
        Remember what a material shows in a list and alone, and what a category shows.

        Empty ones say nothing: then what was known stays.
        """
        told: dict[str, Any] = {}
        if alone:
            named = titles(alone) | titles(listed)
            told |= {"custom_field_titles": tuple(sorted(named)), "custom_field_keys": keys(alone)}
        if listed:
            told["lists_custom_fields"] = "custom_fields" in listed
            told["lists_named_prices"] = "named_custom_prices" in listed
        if category:
            told["categories_have_parents"] = "parent_id" in category
        return replace(self, **told)

    def text(self) -> str:
        """Spell it for ops.cursor."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def read(cls, text: str | None) -> "Capabilities":
        """Read it back; what an older version kept otherwise is forgotten."""
        told = json.loads(text) if text else {}
        names = {each.name for each in fields(cls)}
        known = {name: value for name, value in told.items() if name in names}
        known["trials"] = {name: Trial(**trial) for name, trial in known.get("trials", {}).items()}
        if known.get("custom_field_titles") is not None:
            known["custom_field_titles"] = tuple(known["custom_field_titles"])
        return cls(**known)

    def _spelt_otherwise(self) -> "Capabilities":
        other: Names = "title" if self.custom_fields_by == "key" else "key"
        return replace(self, custom_fields_by=other if self.custom_field_keys else "title")
