"""What a run of ``opencart_catalog`` is about: the shop, the CRM, and what a person has asked for."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from include.opencart_catalog.article import article_key
from include.paths import SQL_DIR
from include.settings.opencart_catalog import OpencartCatalogSettings

SQL = SQL_DIR / "opencart_catalog"
PIPELINE = "opencart_catalog"
TARGET = "keepincrm"
# What is written, in the order of sending (keepincrm 10, step 16).
KINDS = (
    "create_category",
    "rename_category",
    "create_material",
    "update_material",
    "set_custom_fields",
    "retire_material",
)

Mode = Literal["both", "create", "update"]


class Scope(NamedTuple):
    """
    What a run may do; by schedule everything that the guards let pass.

    ``limit``: items about which anything is written, at most. Each ``allow_…`` lets one guard pass.
    """

    mode: Mode = "both"
    only_articles: Sequence[str] = ()
    limit: int | None = None
    allow_shrink: bool = False
    allow_without_article: bool = False
    allow_mass_create: bool = False
    allow_mass_update: bool = False
    allow_mass_absent: bool = False
    allow_lost_links: bool = False
    retry_capabilities: bool = False


class Catalog(NamedTuple):
    """
    One run. ``now``: the moment for which specials and first days hold.

    That is when the run was opened, until the shop has been read, and then when it was (see ``plan``).
    """

    run_id: int
    settings: OpencartCatalogSettings
    now: datetime
    scope: Scope = Scope()
    dry_run: bool = False

    @property
    def pipeline(self) -> str:
        """Name the pipeline, as a row of ops.run does."""
        return PIPELINE

    @property
    def source(self) -> str:
        """Name the source of the run, as a row of ops.run does."""
        return self.shop

    @property
    def today(self) -> date:
        """Give the local date of the run."""
        return self.now.astimezone(self.settings.zone).date()

    @property
    def shop(self) -> str:
        """Name the source of the run: the connection to the shop."""
        return self.settings.shop.connection

    @property
    def account(self) -> str:
        """Name whom the actions of the run go to: the connection to the CRM."""
        return self.settings.crm.connection

    @property
    def params(self) -> dict[str, Any]:
        """What the files of ``sql/opencart_catalog`` refer to."""
        folds = self.settings.items.fold_lookalikes
        keys = {article_key(article, fold_lookalikes=folds) for article in self.scope.only_articles}
        return {
            "run_id": self.run_id,
            "pipeline": PIPELINE,
            "target": TARGET,
            "source": self.shop,
            "account": self.account,
            "dry_run": self.dry_run,
            "now": self.now,
            "mode": self.scope.mode,
            "most": self.scope.limit,
            "keys": sorted(key for key in keys if key) if self.scope.only_articles else None,
            "kinds": list(KINDS),
            "today": self.today,
            "is_vouched_for": self.scope.allow_lost_links,
            "site_conflict": self.settings.items.site_conflict,
            "sends_special": self.settings.crm.special_target != "off",
            "sends_description": self.settings.crm.description_target is not None,
            "sends_images": self.settings.crm.images_target is not None,
        }
