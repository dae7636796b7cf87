"""
Nights of a catalogue: what the reader would give of a shop is staged as it is, and all that follows is the
pipeline's own, against the KeepinCRM of a sandbox behind a local HTTP server.
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import namedtuple_row

from include.keepincrm.capabilities import Capabilities
from include.opencart_catalog.article import article_key
from include.opencart_catalog.categories import CatalogCategoryRow
from include.opencart_catalog.issues import Issue
from include.opencart_catalog.item import CatalogItemRow
from include.settings.opencart_catalog import OpencartCatalogSettings
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.hooks.vendor_gate import OpenGate, Pass
from plugins.steps import actions, keepincrm_capabilities, ledger
from plugins.steps.applying import Apply
from plugins.steps.opencart_account import Account
from plugins.steps.opencart_catalog import PIPELINE, TARGET, Catalog, Scope
from plugins.steps.opencart_catalog_close import close, conclude
from plugins.steps.opencart_catalog_plan import plan
from plugins.steps.opencart_catalog_staging import PICTURE, stage_batches, stage_crm
from plugins.steps.opencart_channels import channels
from plugins.steps.opencart_read_back import read_back
from plugins.steps.opencart_reader import ShopBatch
from plugins.warehouse import Warehouse
from sandbox.control import KeepinCRMControl

FIELDS = ("Акція з", "Акція по", "Опис", "Фото", "Сорт")  # that people have defined
WRITES = ("create", "update", "create_category", "update_category")
BEGIN = "update ops.run set started_at = %s where run_id = %s"
ACTIONS = "select * from ops.action where run_id = %s order by seq"
LOG = "select * from ops.run_log where run_id = %s and record_key is not null order by seq"


class Night(NamedTuple):
    """One run: how it ended, what it counted, what it planned and what it wrote down."""

    run_id: int
    state: str
    counters: dict[str, int]
    actions: list[Any]
    log: dict[str, Any]

    @property
    def writes(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Give what was to be written, by kind and key."""
        return {(action.kind, action.key): action.after for action in self.actions}

    def codes(self, record_key: str) -> list[str]:
        """Give the codes of a record."""
        return list(self.log[record_key].codes)


def settings_of(**sections: Mapping[str, Any]) -> OpencartCatalogSettings:
    """Make settings from sections."""
    shop = {"url": "https://shop.example.org"} | dict(sections.pop("shop", {}))
    return OpencartCatalogSettings.model_validate({"shop": shop, **sections})


def item(identity: str, article: str | None = None, **values: Any) -> CatalogItemRow:
    """Make an item as the reader gives it."""
    product_id = int(identity.partition("#")[0])
    row = CatalogItemRow(
        identity=identity,
        product_id=product_id,
        option_value_ids=[],
        article=article,
        key=article_key(article),
        title=f"Товар {identity}",
        description=None,
        price=Decimal("100.00"),
        currency="UAH",
        special=None,
        special_from=None,
        special_to=None,
        shop_category_id=None,
        category_path=[],
        images=[],
        link_url=f"https://shop.example.org/index.php?route=product/product&product_id={product_id}",
        active=True,
        content_hash="",
    )._replace(**values)
    spelled = repr(row._replace(identity="", active=True))
    return row._replace(content_hash=hashlib.sha256(spelled.encode()).hexdigest())


def category(category_id: int, *path: str, parent_id: int | None = None) -> CatalogCategoryRow:
    """Make a category of the shop."""
    return CatalogCategoryRow(category_id, parent_id, path[-1], list(path), True, False)


class Crm:
    """What the CRM holds, and what people do there."""

    def __init__(self, control: KeepinCRMControl) -> None:
        self.control = control

    def open(self, *fields: str) -> None:
        """Begin with an empty account without a pace; ``fields``: custom ones that people have defined."""
        self.control.reset()
        self.control.set_ways(per_minute=0)
        self.control.add_fields(*fields)

    @property
    def materials(self) -> dict[int, dict[str, Any]]:
        """Tell what materials there are now; people change them by ``change``."""
        return {int(record["id"]): record for record in self.control.materials(ids=True)}

    @property
    def categories(self) -> dict[int, dict[str, Any]]:
        """Tell what categories there are now."""
        return {int(record["id"]): record for record in self.control.categories(ids=True)}

    def add(self, sku: str | None = None, **values: Any) -> int:
        """Let people add a material; give its number."""
        own = {"title": f"Матеріал {len(self.materials) + 1}", "price": "100.00"}
        self.control.add_materials({"sku": sku, **own, **values})
        return max(self.materials)

    def change(self, number: int, **values: Any) -> None:
        """Let people change a material."""
        self.control.change(number, **values)

    def remove(self, *numbers: int) -> None:
        """Let people delete materials."""
        self.control.remove(*numbers)

    def add_categories(self, *categories: Mapping[str, Any]) -> None:
        """Let people add categories; one with a known ``id`` is changed."""
        self.control.add_categories(*categories)


class Killed(BaseException):
    """The end of the process that sends."""


class KilledAfter(OpenGate):
    """Lets a process make some calls that write, and ends it before the next."""

    def __init__(self, writes: int) -> None:
        self._left = writes

    def enter(self, method: str, points: Decimal = Decimal(1)) -> Pass:
        """Count what writes."""
        if method in WRITES:
            if self._left == 0:
                raise Killed
            self._left -= 1
        return super().enter(method, points)


class Shop:
    """The shop, its CRM and the warehouse between them."""

    def __init__(
        self,
        url: str,
        control: KeepinCRMControl,
        *,
        fields: Sequence[str] = FIELDS,
        **sections: Mapping[str, Any],
    ) -> None:
        self.warehouse = Warehouse(psycopg.connect(url, autocommit=True))
        self.settings = settings_of(**sections)
        self.items: dict[str, CatalogItemRow] = {}
        self.categories: dict[int, CatalogCategoryRow] = {}
        self.issues: list[Issue] = []
        self.crm = Crm(control)
        self.crm.open(*fields)
        self.today = date(2026, 11, 1)
        self.able: Capabilities | None = None  # what earlier runs have learnt of the account
        self.files: dict[str, str] = {}  # address of a picture -> what its file tells of itself

    def put(self, *rows: CatalogItemRow) -> None:
        """Offer items."""
        self.items |= {row.identity: row for row in rows}

    def change(self, identity: str, **values: Any) -> None:
        """Change an item."""
        changed = self.items[identity]._replace(**values)
        self.items[identity] = item(**{**changed._asdict(), "content_hash": ""})

    def ways(self, **ways: Any) -> None:
        """Choose among what the CRM may do (``sandbox/keepincrm_ways.py``)."""
        self.crm.control.set_ways(**ways)

    def refuse(self, method: str, about: str, words: str = "", times: int = 1) -> None:
        """Let the CRM refuse calls about an article, a title or a number."""
        self.crm.control.fault("422", method=method, about=about, text=words, times=times)

    def night(self, *, dry_run: bool = False, days: int = 1, **scope: Any) -> Night:
        """Run once, a day after the last run."""
        self.today += timedelta(days=days)
        job = self.begin(dry_run=dry_run, **scope)
        self.settle(job)
        self.stage(job)
        plan(self.warehouse, job)
        if not dry_run:
            self.send(job)
            read_back(self.warehouse, job, KeepinCRMHook())
        return self.end(job)

    def begin(self, *, dry_run: bool = False, **scope: Any) -> Catalog:
        """Open a run."""
        now = datetime(self.today.year, self.today.month, self.today.day, 1, tzinfo=UTC)
        occasion = ledger.Occasion(
            PIPELINE, self.settings.shop.connection, f"night {now}", "scheduled", dry_run
        )
        run_id = ledger.open_run(self.warehouse, occasion)
        assert run_id
        self.warehouse.connection.execute(BEGIN, [now, run_id])
        allowed = dict.fromkeys(("allow_mass_create", "allow_mass_update"), True)
        job = Catalog(run_id, self.settings, now, Scope(**{**allowed, **scope}), dry_run)
        if self.able:
            keepincrm_capabilities.keep(self.warehouse, job, self.able)
            self.able = None
        return job

    def settle(self, job: Catalog) -> None:
        """Find out what became of what earlier runs, and earlier attempts at this one, were sending."""
        if not job.dry_run:
            run, to_crm = ledger.run(self.warehouse, job.run_id), channels(self._account(job))
            actions.settle_leftovers(self.warehouse, run, TARGET, job.account, to_crm)
            Apply(self.warehouse, job.run_id, to_crm).settle()

    def stage(self, job: Catalog) -> None:
        """Stage both sides."""
        self.warehouse.select(ledger.SQL / "make_room.sql", job.params)
        batch = ShopBatch(list(self.categories.values()), list(self.items.values()), list(self.issues))
        stage_batches(self.warehouse, job, [batch])
        files = ((job.run_id, *file) for file in self.files.items())
        self.warehouse.copy_rows("stage.opencart_catalog_picture", PICTURE, files)
        stage_crm(self.warehouse, job, KeepinCRMHook())

    def send(self, job: Catalog, most: int | None = None) -> None:
        """Send what is planned; ``most``: the process is killed before the call that comes after so many."""
        account = self._account(job, OpenGate() if most is None else KilledAfter(most))
        with suppress(Killed):
            Apply(self.warehouse, job.run_id, channels(account)).run()

    def end(self, job: Catalog) -> Night:
        """Close a run."""
        run = ledger.run(self.warehouse, job.run_id)
        assert conclude(self.warehouse, run, job)
        assert close(self.warehouse, job) != "running"
        run = ledger.run(self.warehouse, job.run_id)
        assert sum(run.counters.values()) == run.staged
        log = {row.record_key: row for row in self.rows(LOG, job.run_id)}
        return Night(job.run_id, run.state, run.counters, self.actions(job.run_id), log)

    def actions(self, run_id: int) -> list[Any]:
        """Read the actions of a run."""
        return self.rows(ACTIONS, run_id)

    def links(self) -> set[tuple[str, int]]:
        """Read which items are which materials."""
        return {(row.identity, row.material_id) for row in self.rows("select * from mart.catalog_link")}

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Read rows of the warehouse."""
        with self.warehouse.connection.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(query, values).fetchall()  # type: ignore[call-overload, no-any-return]

    def _account(self, job: Catalog, gate: OpenGate | None = None) -> Account:
        run = ledger.run(self.warehouse, job.run_id)
        return Account(self.warehouse, KeepinCRMHook(None, gate), run, job)
