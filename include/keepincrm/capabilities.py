"""
What an account of KeepinCRM can do, as far as was seen and tried; remembered from run to run.

Nobody has seen the vendor's specification, so a plan counts on nothing: what was never tried is tried, and
what did not work is left alone for a while (keepincrm 7, 4.2). Kept as JSON in ops.cursor.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any, Literal

from include.keepincrm.custom_fields import Names, empty_titles, keys, titles

# "pictures": may their addresses be written at all? "asset_url": do they stay as they were written?
Tried = Literal["custom_fields", "named_prices", "categories", "asset_url", "pictures"]
MISSES = 2  # that many in a row, and it is off
TRY_AGAIN = timedelta(days=30)


@dataclass(frozen=True)
class Trial:
    """What came of writing: ``works`` is None until it is known; ``misses`` came since it last worked."""

    works: bool | None = None
    misses: int = 0
    on: str | None = None  # ISO date of the last attempt

    def after(self, worked: bool, today: date, *, at_once: bool = False) -> "Trial":
        """Give what is known after one more attempt; ``at_once``: a single miss is enough."""
        misses = 0 if worked else self.misses + 1
        works = True if worked else False if at_once or misses >= MISSES else self.works
        return Trial(works, misses, today.isoformat())


@dataclass(frozen=True)
class Capabilities:
    """What is known of an account. ``can`` and ``learnt`` are for what is tried by writing."""

    trials: Mapping[str, Trial] = field(default_factory=dict)
    custom_fields_by: Names = "title"  # the spelling to be used next
    custom_field_keys: Mapping[str, str] = field(default_factory=dict)  # title -> key
    custom_field_titles: tuple[str, ...] | None = None  # all there are; None: not known for sure
    fields_tried: Mapping[str, Trial] = field(default_factory=dict)  # titles that were written and not found
    lists_custom_fields: bool | None = None  # do lists of materials show them?
    lists_named_prices: bool | None = None
    categories_have_parents: bool | None = None
    forgotten_in: int | None = None  # the last run in which a person has asked to try everything again

    def can(self, what: Tried, today: date) -> bool:
        """Tell whether it is worth trying: it works, nobody knows, or it was off for long enough."""
        trial = self.trials.get(what, Trial())
        return trial.works is not False or _is_over(trial, today)

    def works(self, what: Tried) -> bool | None:
        """Tell what came of trying; None: nobody knows yet."""
        return self.trials.get(what, Trial()).works

    def is_sure(self, what: Tried) -> bool:
        """Tell whether it works and has not failed since."""
        trial = self.trials.get(what, Trial())
        return trial.works is True and not trial.misses

    @property
    def custom_fields_writable(self) -> bool | None:
        """Do custom fields hold what is sent? None: not known yet."""
        return self.works("custom_fields")

    @property
    def named_prices_writable(self) -> bool | None:
        """Do named prices?"""
        return self.works("named_prices")

    @property
    def categories_writable(self) -> bool | None:
        """Can categories be created through the API?"""
        return self.works("categories")

    @property
    def asset_url_stable(self) -> bool | None:
        """Does a picture keep the address that is sent?"""
        return self.works("asset_url")

    @property
    def custom_field_names(self) -> Mapping[str, str]:
        """The keys to write custom fields by; none when they are written by title."""
        return self.custom_field_keys if self.custom_fields_by == "key" else {}

    def missing_fields(self, wanted: Iterable[str]) -> list[str]:
        """
        Name the custom fields that a person has to define first.

        A CRM that shows fields only where they are filled in proves nothing by what it does not show: then
        those are missing that were written and did not appear.
        """
        known = self.custom_field_titles or None
        return [
            title
            for title in wanted
            if (known is not None and title not in known)
            or self.fields_tried.get(title, Trial()).works is False
        ]

    def learnt(self, what: Tried, worked: bool, today: date, *, for_good: bool = False) -> "Capabilities":
        """
        Remember what came of a write that was read back.

        One miss may be chance, and of custom fields the wrong spelling: the other one is used next.
        ``for_good``: the vendor has refused it in so many words. One changed address is enough as well.
        """
        at_once = for_good or what == "asset_url"
        trial = self.trials.get(what, Trial()).after(worked, today, at_once=at_once)
        learnt = replace(self, trials={**self.trials, what: trial})
        return learnt._spelt_otherwise() if what == "custom_fields" and not worked else learnt

    def learnt_fields(self, there: Iterable[str], missed: Iterable[str], today: date) -> "Capabilities":
        """Remember of which custom fields a write was found in the material, and of which it was not."""
        tried = {title: trial for title, trial in self.fields_tried.items() if title not in set(there)}
        for title in missed:
            tried[title] = tried.get(title, Trial()).after(False, today)
        return replace(self, fields_tried=tried)

    def forgotten(self, *what: Tried) -> "Capabilities":
        """Forget what came of writing, so that it is tried again; everything if nothing is named."""
        left = {name: trial for name, trial in self.trials.items() if what and name not in what}
        is_meant = not what or "custom_fields" in what
        return replace(self, trials=left, fields_tried={} if is_meant else self.fields_tried)

    def as_of(self, today: date) -> "Capabilities":
        """Forget custom fields that were missing long enough ago to be tried again."""
        left = {title: trial for title, trial in self.fields_tried.items() if not _is_over(trial, today)}
        return replace(self, fields_tried=left)

    def tried_as(self, other: "Capabilities") -> "Capabilities":
        """Give what is seen here with what came of writing there."""
        return replace(
            self,
            trials=other.trials,
            fields_tried=other.fields_tried,
            custom_fields_by=other.custom_fields_by,
            forgotten_in=other.forgotten_in,
        )

    def seen(
        self, listed: Mapping[str, Any], alone: Mapping[str, Any], category: Mapping[str, Any]
    ) -> "Capabilities":
        """
        Remember what the same material shows in a list and alone, and what a category shows.

        Empty ones say nothing: then what was known stays. Neither does what is shown in neither place: the
        material may have none.
        """
        told: dict[str, Any] = {}
        if named := titles(alone) | titles(listed):
            told["custom_field_keys"] = {**self.custom_field_keys, **keys(alone)}
            if empty_titles(alone) or empty_titles(listed):
                told["custom_field_titles"] = tuple(sorted(named))
            elif self.custom_field_titles is not None:
                told["custom_field_titles"] = tuple(sorted(named.union(self.custom_field_titles)))
        shows = {"lists_custom_fields": "custom_fields", "lists_named_prices": "named_custom_prices"}
        told |= {
            what: name in listed for what, name in shows.items() if listed and _tells(name, listed, alone)
        }
        if category:
            told["categories_have_parents"] = "parent_id" in category
        told["fields_tried"] = {
            title: trial for title, trial in self.fields_tried.items() if title not in named
        }
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
        for each in ("trials", "fields_tried"):
            known[each] = {name: Trial(**trial) for name, trial in known.get(each, {}).items()}
        if known.get("custom_field_titles") is not None:
            known["custom_field_titles"] = tuple(known["custom_field_titles"])
        return cls(**known)

    def _spelt_otherwise(self) -> "Capabilities":
        other: Names = "title" if self.custom_fields_by == "key" else "key"
        return replace(self, custom_fields_by=other if self.custom_field_keys else "title")


def _is_over(trial: Trial, today: date) -> bool:
    return trial.on is None or date.fromisoformat(trial.on) + TRY_AGAIN <= today


def _tells(name: str, listed: Mapping[str, Any], alone: Mapping[str, Any]) -> bool:
    return name in listed or name in alone
