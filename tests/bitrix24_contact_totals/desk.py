"""
The steps of the pipeline with a portal of paper: what contacts hold is a dictionary, and deals are staged.

So a day takes a tenth of a second. That the real portal is asked and told the right things is shown by tests
that run the DAG.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from include.bitrix24.commands import Command
from include.bitrix24.metadata import CurrencyRow, FieldRow, FunnelRow, Metadata
from include.bitrix24.replies import Done, Reply
from include.bitrix24_contact_totals.deals import DealRow
from include.settings.bitrix24_contact_totals import ContactTotalsSettings
from plugins.steps import bitrix24_contact_totals_contacts as contacts
from plugins.steps import bitrix24_contact_totals_plan as planning
from plugins.steps import bitrix24_contact_totals_writing as writing
from plugins.steps import ledger, scanning
from plugins.steps.actions import Outcome, mark
from plugins.steps.bitrix24_contact_totals import PIPELINE, Scope, Totals
from plugins.steps.bitrix24_contact_totals_close import conclude
from plugins.steps.bitrix24_contact_totals_reading import DEAL_TABLE, DEALS
from plugins.steps.bitrix24_contact_totals_settling import settle_fields, totals_settler
from plugins.steps.bitrix24_metadata import stage_metadata
from plugins.steps.matching import match_clients
from plugins.warehouse import Warehouse, tagged

ACCOUNT = "bitrix24"
RUBLE = CurrencyRow("RUB", Decimal(1), Decimal(1), True, 2)
FUNNELS = (FunnelRow(0, "Общая", 300), FunnelRow(3, "Экспедиции", 200))
BEGIN = """
    update ops.action set state = 'sending', attempts = attempts + 1, sent_at = clock_timestamp()
    where action_id = %s
"""
ROWS = (
    "select key, kind, after, action_id from ops.action where run_id = %s and state = 'planned' order by seq"
)
_names = itertools.count()


class PaperPortal:
    """Contacts and their fields; ``phones``: of contacts that have any; ``gone``: deleted ones."""

    def __init__(self) -> None:
        self.fields: dict[str, FieldRow] = {}
        self.held: dict[int, dict[str, Any]] = {}
        self.phones: dict[int, list[str]] = {}
        self.gone: set[int] = set()
        self.written: list[tuple[int, dict[str, str]]] = []

    def run(self, commands: Mapping[str, Command], size: object) -> dict[str, Reply]:
        """Answer as the portal's hook does."""
        return {key: Done(self._answer(command)) for key, command in commands.items()}

    def _answer(self, command: Command) -> Any:
        asked = command.params["filter"]
        if command.method == "crm.contact.list":
            return [self._card(number) for number in asked["@ID"] if number not in self.gone]
        return {"items": [self._item(each, command) for each in asked["@id"] if each not in self.gone]}

    def _item(self, contact: int, command: Command) -> dict[str, Any]:
        held = self.held.get(contact, {})
        return {"id": contact, **{name: held.get(name) for name in command.params["select"] if name != "id"}}

    def _card(self, contact: int) -> dict[str, Any]:
        phones = [{"VALUE": phone} for phone in self.phones.get(contact, ())]
        return {"ID": str(contact), "NAME": f"Клиент {contact}", "LAST_NAME": "", "PHONE": phones}

    def set(self, contact: int, values: Mapping[str, str]) -> None:
        """Take what is written to a contact."""
        self.written.append((contact, dict(values)))
        self.held.setdefault(contact, {}).update({name: Decimal(told) for name, told in values.items()})


class _Marks:
    """A channel that only remembers."""

    def __init__(self, kind: str, settle: Any) -> None:
        self.kind, self.settle = kind, settle


class Desk:
    """A warehouse, a portal of paper, and the days of a company."""

    def __init__(self, warehouse: Warehouse, **settings: Any) -> None:
        self.warehouse, self.portal = warehouse, PaperPortal()
        self.settings = ContactTotalsSettings.model_validate(settings)
        self.currencies: list[CurrencyRow] = [RUBLE]
        self.funnels: list[FunnelRow] = list(FUNNELS)
        self.job: Totals

    def day(
        self, deals: Iterable[DealRow], *, dry_run: bool = False, sends: bool = True, **scope: Any
    ) -> Any:
        """Let a run happen; give its row. ``sends``: False, and it is killed before it sends anything."""
        self.plan(deals, dry_run=dry_run, **scope)
        if sends:
            self.send()
            conclude(self.warehouse, self.run, self.job)
        else:
            self.stop()
        return self.run

    def plan(
        self,
        deals: Iterable[DealRow],
        *,
        dry_run: bool = False,
        meanwhile: Callable[[], None] = lambda: None,
        **scope: Any,
    ) -> None:
        """Do all tasks before the one that sends; ``meanwhile``: what happens before the last of them."""
        opened_for = ledger.Occasion(PIPELINE, ACCOUNT, f"run{next(_names)}", "manual", dry_run)
        run_id = ledger.open_run(self.warehouse, opened_for)
        assert run_id
        now = ledger.run(self.warehouse, run_id).started_at
        self.job = Totals(run_id, self.settings, now, Scope(**scope), dry_run)
        self._skip_leftovers()
        self.stage(deals)
        planning.plan_totals(self.warehouse, self.job)
        contacts.stage_contacts(self.warehouse, self.job, self.portal)  # type: ignore[arg-type]
        with self.warehouse.transaction():
            match_clients(self.warehouse, run_id, contacts.CREATE_WITH)
        meanwhile()
        writing.plan_writes(self.warehouse, self.job)

    def stage(self, deals: Iterable[DealRow]) -> None:
        """Stage what the portal tells."""
        base = next(row.currency for row in self.currencies if row.is_base)
        fields = list(self.portal.fields.values())
        run_id = self.job.run_id
        stage_metadata(
            self.warehouse, run_id, Metadata(True, base, self.currencies, list(self.funnels), fields)
        )
        scan = scanning.resume(self.warehouse, run_id, DEALS, None, None)
        self.warehouse.copy_rows(DEAL_TABLE, ("run_id", *DealRow._fields), tagged(run_id, deals))
        scanning.finish(self.warehouse, scan, None)

    def send(self, most: int | None = None, *, settles: bool = True, state: str = "done") -> None:
        """Send what is planned; ``settles``: False, and nobody learns of it; ``state``: how it ends."""
        for row in self.warehouse.connection.execute(ROWS, [self.job.run_id]).fetchall()[:most]:
            key, kind, after, action_id = row
            self.warehouse.connection.execute(BEGIN, [action_id])
            if kind == "create_field":
                name, decimals = after["field_name"], after["precision"]
                self.portal.fields[name] = FieldRow("contact", name, "double", False, 1, None, decimals)
                channel = _Marks(kind, settle_fields)
            else:
                self.portal.set(int(key.partition(":")[2]), after)
                channel = _Marks(kind, totals_settler(self.job))
            if settles:
                mark(self.warehouse, channel, [Outcome(action_id, state, 200, {})])  # type: ignore[arg-type]

    def fields_first(self) -> int:
        """Create the fields that are planned; give their number."""
        planned = sum(row[1] == "create_field" for row in self.rows(ROWS, self.job.run_id))
        self.send(planned)
        return planned

    def stop(self) -> None:
        """Close the run as failed, whatever it has left open."""
        ledger.close_run(self.warehouse, self.job.run_id, "failed", "killed")

    @property
    def run(self) -> Any:
        """Give the row of the last run."""
        return ledger.run(self.warehouse, self.job.run_id)

    def rows(self, query: Any, *values: object) -> list[Any]:
        """Read the warehouse."""
        return self.warehouse.connection.execute(query, values).fetchall()

    def totals(self) -> dict[tuple[int, int, int], tuple[int, int]]:
        """Give the totals there are, but those that fell to nothing."""
        query = "select contact_id, category_id, year, amount_minor, deals from mart.contact_year_total"
        return {row[:3]: row[3:] for row in self.rows(query) if row[3:] != (0, 0)}

    def _skip_leftovers(self) -> None:
        self.warehouse.connection.execute(
            "update ops.action set state = 'skipped' where state in ('planned', 'sending') and run_id <> %s",
            [self.job.run_id],
        )


def deal(number: int, amount: Any = 100, contact_ids: Iterable[int] = (7,), **more: Any) -> DealRow:
    """Describe a won deal of 2026 in rubles."""
    usual: dict[str, Any] = {
        **{"title": f"Тур {number}", "category_id": 0, "stage_id": "WON", "closed_on": "2026-03-05"},
        **{"moved_at": None, "moved_on": "2026-03-01", "updated_at": None, "currency": "RUB"},
        **{"company_id": None},
    }
    told = {**usual, "opportunity": Decimal(str(amount)), "contact_ids": sorted(set(contact_ids)), **more}
    return DealRow(number, **told)
