"""What a run of ``bitrix24_deal_products`` is about: the portal, the settings, what a person asked for."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from include.bitrix24.stopped import Stopped
from include.paths import SQL_DIR
from include.settings.bitrix24_deal_products import DealProductsSettings
from plugins.steps import ledger
from plugins.warehouse import Warehouse

SQL = SQL_DIR / "bitrix24_deal_products"
PIPELINE = "bitrix24_deal_products"
TARGET = "bitrix24"
KINDS = ("set_deal_fields", "repair_closedate")
WATERMARK, SWEPT_ON, SWEPT_AT = "updated_time", "swept_on", "swept_at"


class UnknownProperty(Stopped):
    code = "B24_PROPERTY_UNKNOWN"


class ManyChanges(Stopped):
    """Say that a plan would change far more deals than usual: it can be looked at, nothing of it is sent."""

    code = "B24_MASS_UPDATE"


class Scope(NamedTuple):
    """
    What a run looks at; by schedule deals that have changed, and once a day all that are open.

    ``deal_ids``: only these. ``allow_mass_update`` lets a plan through that changes unusually many.
    """

    deal_ids: Sequence[int] = ()
    all_open: bool = False
    allow_mass_update: bool = False


class Reach(NamedTuple):
    """Which deals a run looks at: ``since`` a moment of the portal's clock; None: all that are open."""

    since: datetime | None = None


class DealProducts(NamedTuple):
    """One run. ``now``: when it was opened, which every attempt at it takes for the present."""

    run_id: int
    settings: DealProductsSettings
    now: datetime
    scope: Scope = Scope()
    dry_run: bool = False

    @property
    def pipeline(self) -> str:
        """Name the pipeline, as a row of ops.run does."""
        return PIPELINE

    @property
    def account(self) -> str:
        """Name the portal: its connection."""
        return self.settings.portal.connection

    @property
    def source(self) -> str:
        """Name the source of the run, as a row of ops.run does."""
        return self.account

    @property
    def today(self) -> date:
        """Give the local date of the run."""
        return self.now.astimezone(self.settings.zone).date()

    @property
    def params(self) -> dict[str, Any]:
        """What the files of ``sql/bitrix24_deal_products`` refer to."""
        return {
            "run_id": self.run_id,
            "pipeline": PIPELINE,
            "target": TARGET,
            "source": self.source,
            "account": self.account,
            "dry_run": self.dry_run,
            "kinds": list(KINDS),
            "repairs": self.settings.dates.repair_closedate,
        }


def reach_of(warehouse: Warehouse, job: DealProducts) -> Reach:
    """
    Say which deals a run looks at, the same in every attempt at it.

    From the watermark on, and a little before it, since the portal's clock and its lists do not move as one.
    All open ones: before the first look at all, if a person asks for it, and once a local date. Where the
    watermark stands still, for writes that failed, such a look has seen everything up to its own moment.
    """
    told = (_cursor(warehouse, job, name) for name in (WATERMARK, SWEPT_AT))
    since = max((datetime.fromisoformat(each) for each in told if each), default=None)
    reading = job.settings.reading
    is_due = reading.daily_sweep and _cursor(warehouse, job, SWEPT_ON) != job.today.isoformat()
    if since is None or job.scope.all_open or is_due:
        return Reach()
    return Reach(since - timedelta(minutes=reading.overlap_minutes))


def keep_moment(warehouse: Warehouse, job: DealProducts, moment: datetime) -> None:
    """Remember at what second of the portal's clock the run began to read; its lists tell no parts of one."""
    told = moment.replace(microsecond=0).isoformat()
    warehouse.run_file(SQL / "keep_moment.sql", job.params | {"moment": told})


def move_on(warehouse: Warehouse, job: DealProducts, *, has_failed: bool) -> None:
    """
    Move the watermark to where this run began, unless writes have failed (bitrix24 7.1 step 10).

    That all open deals were looked at is remembered all the same: those that failed are looked at in every
    run, by their numbers.
    """
    is_sweep = reach_of(warehouse, job).since is None
    moment = warehouse.select_one(SQL / "select_moment.sql", job.params)
    if moment is not None and not has_failed:
        _keep(warehouse, job, WATERMARK, str(moment.value))
    if is_sweep:
        _keep(warehouse, job, SWEPT_ON, job.today.isoformat())
    if is_sweep and moment is not None:
        _keep(warehouse, job, SWEPT_AT, str(moment.value))


def _cursor(warehouse: Warehouse, job: DealProducts, name: str) -> str | None:
    row = warehouse.select_one(ledger.SQL / "select_cursor.sql", {**_place(job), "name": name})
    return None if row is None else str(row.value)


def _keep(warehouse: Warehouse, job: DealProducts, name: str, value: str) -> None:
    kept = {**_place(job), "name": name, "value": value, "run_id": job.run_id}
    warehouse.run_file(ledger.SQL / "merge_cursor.sql", kept)


def _place(job: DealProducts) -> dict[str, str]:
    return {"pipeline": PIPELINE, "source": job.source}
