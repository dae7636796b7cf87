"""A mapping that is being made on the page: read, judged by the rules of the settings, spelled as YAML."""

from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from include.amocrm.dictionary import Dictionary
from include.amocrm_statuses.check import check_mapping
from include.amocrm_statuses.mapping import Mapping
from include.amocrm_statuses.starter import spelled, starter_mapping
from include.settings.amocrm_statuses import AmocrmStatusesSettings
from include.settings.loader import problems_in
from plugins.ui.funnel_account import Chosen
from plugins.ui.funnel_preview import spelled_status, status_of

MOST_STATUSES = 5_000
ABOUT = ("funnels",)  # of the settings' remarks, those that a mapping can put right
BACKFILL_HINT = "# в разделе policies: backfill: {}\n"

Json = dict[str, Any]


class _Draft(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DraftContainer(_Draft):
    """A container; ``statuses`` as paths spell them."""

    id: str = Field(max_length=200)
    title: str = Field(max_length=500)
    marker: str | None = Field(default=None, max_length=20)
    statuses: list[str] = Field(default_factory=list, max_length=MOST_STATUSES)


class DraftFunnel(_Draft):
    """A funnel, its containers in order."""

    id: str = Field(max_length=200)
    title: str = Field(max_length=500)
    containers: list[DraftContainer] = Field(default_factory=list, max_length=1_000)


class DraftPolicies(_Draft):
    """What else of the settings the page lets people try."""

    backfill: str = Field(default="previous", max_length=20)


class Draft(_Draft):
    """All that the page asks about: funnels, policies, months from and to."""

    funnels: list[DraftFunnel] = Field(default_factory=list, max_length=100)
    policies: DraftPolicies = Field(default_factory=DraftPolicies)
    months: tuple[str | None, str | None] = (None, None)

    @property
    def statuses(self) -> int:
        return sum(len(container.statuses) for funnel in self.funnels for container in funnel.containers)


class Remark(NamedTuple):
    """What is wrong (``error``) or odd (``warning``) about a draft, in words."""

    level: str
    text: str


class Judged(NamedTuple):
    """A draft by the rules of the settings; ``mapping`` is None while they refuse it."""

    mapping: Mapping | None
    remarks: list[Remark]
    yaml: str


def judged(draft: Draft, chosen: Chosen, dictionary: Dictionary | None) -> Judged:
    """Judge a draft as the settings would be with it."""
    data = _settings_with(draft, chosen.accounts.settings)
    if data is None:
        return Judged(None, [Remark("error", "статус записан не как «воронка:статус»")], "")
    problems = [Remark("error", problem.text) for problem in problems_in(AmocrmStatusesSettings, data)]
    if problems:
        return Judged(None, list(dict.fromkeys(problems)), "")
    settings = AmocrmStatusesSettings.model_validate(data)
    found = check_mapping(settings, dictionary, dictionary) if dictionary else []
    hint = BACKFILL_HINT.format(draft.policies.backfill)
    is_other = draft.policies.backfill != chosen.backfill
    told = spelled(settings.mapping, dictionary) if dictionary and draft.funnels else ""
    return Judged(
        settings.mapping,
        [Remark(each.level, each.text) for each in found if each.path[:1] == ABOUT],
        told + (hint if told and is_other else ""),
    )


def _settings_with(draft: Draft, settings: AmocrmStatusesSettings | None) -> Json | None:
    """Put a draft into the settings; None: a status of it is none."""
    known: Json = settings.model_dump(mode="json", exclude_unset=True) if settings else {}
    try:
        funnels = [_funnel(funnel) for funnel in draft.funnels]
    except ValueError:
        return None
    policies = {**known.get("policies", {}), "backfill": draft.policies.backfill}
    return {**known, "funnels": funnels, "policies": policies}


def _funnel(funnel: DraftFunnel) -> Json:
    return {
        "id": funnel.id,
        "title": funnel.title,
        "containers": [
            {
                "id": container.id,
                "title": container.title,
                **({"marker": container.marker} if container.marker else {}),
                "statuses": [list(status_of(each)) for each in container.statuses],
            }
            for container in funnel.containers
        ],
    }


def drafted(mapping: Mapping) -> list[Json]:
    """Spell a mapping as the page works with it."""
    return [
        {
            "id": funnel.funnel_id,
            "title": funnel.title,
            "containers": [
                {
                    "id": container.container_id,
                    "title": container.title,
                    "marker": container.marker,
                    "statuses": [spelled_status(*status) for status in container.statuses],
                }
                for container in funnel.containers
            ],
        }
        for funnel in mapping.funnels
    ]


def starting_point(dictionary: Dictionary | None) -> list[Json]:
    """Give the funnels of the starter, for an account that has none yet."""
    return drafted(starter_mapping(dictionary)) if dictionary else []
