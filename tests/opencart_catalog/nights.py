"""
Nights of a catalogue without a network: rows of the shop are staged as the reader gives them, and what is
planned is carried out in dictionaries that stand for the CRM.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import namedtuple_row
from psycopg.types.json import Jsonb

from include.keepincrm.capabilities import Capabilities, Trial
from include.opencart_catalog.article import article_key
from include.opencart_catalog.categories import CatalogCategoryRow
from include.opencart_catalog.issues import Issue
from include.opencart_catalog.item import CatalogItemRow
from include.settings.opencart_catalog import OpencartCatalogSettings
from plugins.hooks.keepincrm import Page, Reading
from plugins.hooks.opencart_reader import ShopBatch
from plugins.steps import keepincrm_capabilities, ledger
from plugins.steps.opencart_catalog import PIPELINE, SQL, Catalog, Scope
from plugins.steps.opencart_catalog_close import close, conclude
from plugins.steps.opencart_catalog_plan import plan
from plugins.steps.opencart_catalog_staging import (
    PICTURE,
    stage_batches,
    stage_categories,
    stage_materials,
)
from plugins.warehouse import Warehouse

REMEMBER = {
    "create_category": ("keep_category_links",),
    "create_material": ("keep_material_links", "keep_sent_values"),
    "update_material": ("keep_sent_values", "forget_retired"),
    "set_custom_fields": ("keep_sent_values",),
    "retire_material": ("keep_sent_values",),
}
DONE = """
update ops.action set state = 'done', attempts = 1, sent_at = now(), done_at = now(), response = %s
where action_id = %s
"""
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
    """What the CRM holds, as its API tells it."""

    def __init__(self) -> None:
        self.materials: dict[int, dict[str, Any]] = {}
        self.categories: dict[int, dict[str, Any]] = {}
        self._next = 1000

    def add(self, sku: str | None = None, **values: Any) -> int:
        """Let people add a material."""
        self._next += 1
        own = {"title": f"Матеріал {self._next}", "price": "100.00", "currency": "UAH", "irrelevant": False}
        self.materials[self._next] = {"id": self._next, "sku": sku, **own, **values}
        return self._next

    def carry_out(self, action: Any, links: Mapping[str, int], shelves: Mapping[int, int]) -> dict[str, Any]:
        """Do what an action says; give the answer that is kept with it."""
        after = dict(action.after)
        if action.kind == "create_category":
            self._next += 1
            parent = after["parent_id"] or shelves.get(after["parent_shop_category_id"])
            self.categories[self._next] = {"id": self._next, "name": after["name"], "parent_id": parent}
            return {"category_id": self._next}
        if action.kind == "rename_category":
            self.categories[int(action.key.partition(":")[2])]["name"] = after["name"]
            return {}
        if action.kind == "create_material":
            number = self.add(irrelevant=False, title="")
        else:
            kind, _, name = action.key.partition(":")
            number = links[name] if kind == "item" else int(name)
        if action.kind == "set_custom_fields":
            held = self.materials[number].setdefault("custom_fields", {})
            held.update(after)
        else:
            self._set(number, after, shelves)
        return {"material_id": number}

    def _set(self, number: int, after: dict[str, Any], shelves: Mapping[int, int]) -> None:
        shop_category = after.pop("shop_category_id", None)
        if shop_category in shelves:
            after["category_id"] = shelves[shop_category]
        if "named_prices" in after:
            prices = after.pop("named_prices")
            after["named_custom_prices"] = {name: price for name, price in prices.items() if price}
        self.materials[number].update(after)

    def reading(self, what: str, *, total: int | None = None) -> Reading:
        """Read a list in one page; ``total``: what the vendor counts, if it is not what it gives."""
        records = [dict(record) for record in getattr(self, what).values()]
        return Reading(iter([Page(records, 1, 1, len(records) if total is None else total)]))


class Shop:
    """The shop, its CRM and the warehouse between them."""

    def __init__(self, url: str, **sections: Mapping[str, Any]) -> None:
        self.warehouse = Warehouse(psycopg.connect(url, autocommit=True))
        self.settings = settings_of(**sections)
        self.items: dict[str, CatalogItemRow] = {}
        self.categories: dict[int, CatalogCategoryRow] = {}
        self.issues: list[Issue] = []
        self.crm = Crm()
        self.today = date(2026, 11, 1)
        self.able = Capabilities(trials={"asset_url": Trial(True, 0, "2026-11-01")})
        self.is_stable = True
        self.files: dict[str, str] = {}  # address of a picture -> what its file tells of itself
        self.refuses: dict[str, str] = {}  # key of an action -> the vendor's words

    def put(self, *rows: CatalogItemRow) -> None:
        """Offer items."""
        self.items |= {row.identity: row for row in rows}

    def change(self, identity: str, **values: Any) -> None:
        """Change an item."""
        changed = self.items[identity]._replace(**values)
        self.items[identity] = item(**{**changed._asdict(), "content_hash": ""})

    def night(self, *, dry_run: bool = False, days: int = 1, **scope: Any) -> Night:
        """Run once, a day after the last run."""
        self.today += timedelta(days=days)
        job = self.begin(dry_run=dry_run, **scope)
        self.stage(job)
        plan(self.warehouse, job)
        if not dry_run:
            self.send(job)
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
        return Catalog(run_id, self.settings, now, Scope(**{**allowed, **scope}), dry_run)

    def stage(self, job: Catalog) -> None:
        """Stage both sides."""
        self.warehouse.select(ledger.SQL / "make_room.sql", job.params)
        batch = ShopBatch(list(self.categories.values()), list(self.items.values()), list(self.issues))
        stage_batches(self.warehouse, job, [batch])
        files = ((job.run_id, *file) for file in self.files.items())
        self.warehouse.copy_rows("stage.opencart_catalog_picture", PICTURE, files)
        self.stage_crm(job)

    def stage_crm(self, job: Catalog) -> None:
        """Stage the CRM."""
        keepincrm_capabilities.keep(self.warehouse, job, self.able)
        self.warehouse.run_file(SQL / "forget_crm.sql", job.params)
        stage_categories(self.warehouse, job, self.crm.reading("categories"))
        stage_materials(self.warehouse, job, self.crm.reading("materials"))
        if not self.is_stable:
            told = {"details": {"lists": ["materials"]}}
            self.warehouse.run_file(SQL / "note_unstable.sql", job.params | told)

    def send(self, job: Catalog, most: int | None = None) -> None:
        """Carry out what is planned, in order; ``most``: a crash after so many."""
        planned = [action for action in self.actions(job.run_id) if action.state == "planned"]
        for action in planned[:most]:
            if words := self.refuses.get(action.key):
                self.warehouse.connection.execute(
                    "update ops.action set state = 'failed', attempts = 1, error = %s where action_id = %s",
                    [words, action.action_id],
                )
                continue
            answer = self.crm.carry_out(action, self._links(), self._shelves())
            self.warehouse.connection.execute(DONE, [Jsonb(answer), action.action_id])
            self.warehouse.run_files(SQL, REMEMBER.get(action.kind, ()), {"action_ids": [action.action_id]})

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

    def _links(self) -> dict[str, int]:
        return dict(sorted(self.links()))

    def _shelves(self) -> dict[int, int]:
        rows = self.rows("select * from mart.catalog_category_link")
        return {row.shop_category_id: row.crm_category_id for row in rows}

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Read rows of the warehouse."""
        with self.warehouse.connection.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(query, values).fetchall()  # type: ignore[call-overload, no-any-return]
