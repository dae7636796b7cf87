"""What a run of ``amocrm_statuses`` is about: the account, what a person has asked for, what may stop it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from include.errors import DealflowError
from include.paths import SQL_DIR
from include.settings.amocrm_statuses import AmocrmStatusesSettings

SQL = SQL_DIR / "amocrm_statuses"
PIPELINE = "amocrm_statuses"
TARGET = "amocrm"
OPERATIONS = ("connect", "disconnect", "reset", "starter", "push_statuses")


class OtherAccount(DealflowError):
    code = "AMO_OTHER_ACCOUNT"


class OrderIgnored(DealflowError):
    code = "AMO_ORDER_IGNORED"


class TooManyPages(DealflowError):
    code = "AMO_TOO_MANY_PAGES"


class WindowOutside(DealflowError):
    code = "AMO_WINDOW_OUTSIDE"


class RightsLost(DealflowError):
    code = "AMO_RIGHTS_LOST"


class Scope(NamedTuple):
    """
    What a run may do; by schedule it reads what has changed, and builds that.

    ``full_refresh``: everything is read and built anew; ``rebuild_only``: built anew without a call.
    ``since``: leads and events changed since then are read again. ``resend_lead_ids``: pushed even if the
    outcome of their last push is unknown. ``interval``: of a backfill, whose events alone are read.
    """

    full_refresh: bool = False
    rebuild_only: bool = False
    since: datetime | None = None
    resend_lead_ids: Sequence[int] | None = None
    allow_drop: bool = False
    operation: str | None = None
    interval: tuple[datetime, datetime] | None = None


class Statuses(NamedTuple):
    """One run. ``now``: when it was opened, which every attempt at it takes for the present."""

    run_id: int
    settings: AmocrmStatusesSettings
    now: datetime
    scope: Scope = Scope()
    dry_run: bool = False
    trigger: str = "scheduled"

    @property
    def account(self) -> str:
        """Name the account: the connection to it."""
        return self.settings.account.connection

    @property
    def reads(self) -> bool:
        """Tell whether the account is asked for anything."""
        return not self.scope.rebuild_only

    @property
    def is_backfill(self) -> bool:
        """Tell whether only the events of an interval are read."""
        return self.scope.interval is not None

    @property
    def params(self) -> dict[str, Any]:
        """What the files of ``sql/amocrm_statuses`` refer to."""
        return {
            "run_id": self.run_id,
            "pipeline": PIPELINE,
            "target": TARGET,
            "source": self.account,
            "account": self.account,
            "now": self.now,
        }
