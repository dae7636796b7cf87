"""
Plan a catalogue of many items against as many materials, of which one in a hundred has changed.

    python -m tests.bench.catalog [--items 100000]

Three runs on a server of its own, without the calls to the CRM, whose pace is the vendor's: the first links
everything, the second is the night that is measured, the third is the first load of an empty account. The
exit status is 1 if planning takes longer than 20 s, that first load longer than 60 s, the process more than
500 MiB, or if what is planned is not exactly what has changed.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from plugins.hooks.keepincrm import PAGE, Page, Reading
from plugins.steps import ledger
from plugins.steps.opencart_catalog import PIPELINE, SQL, Catalog, Scope
from plugins.steps.opencart_catalog_close import close
from plugins.steps.opencart_catalog_plan import plan
from plugins.steps.opencart_catalog_staging import stage_batches, stage_categories, stage_materials
from plugins.steps.opencart_reader import BATCH, ShopBatch
from plugins.warehouse import Warehouse
from sandbox.stack.postgres import LocalPostgres
from sql.alembic.migrate import migrate
from tests.opencart_catalog.nights import category, item, settings_of

SECONDS, SECONDS_OF_FIRST_LOAD, MEBIBYTES = 20, 60, 500
CHANGED, TWINS = 100, 50  # one in so many
SHELVES = 200
WORDS = "Фарба акрилова для зовнішніх робіт, стійка до вологи й сонця, об'єм 2,5 л. "
CRM = {"description_target": "Опис", "special_target": "named_price"}


def rows(items: int, night: int) -> Iterator[ShopBatch]:
    """Give the shop, in batches as the reader does."""
    yield ShopBatch([category(n, f"Розділ {n}") for n in range(1, SHELVES + 1)], [], [])
    for start in range(1, items + 1, BATCH):
        batch = range(start, min(start + BATCH, items + 1))
        yield ShopBatch([], [_item(number, night) for number in batch], [])


def materials(items: int) -> Iterator[Page]:
    """Give the CRM's materials page by page, the twins at the end."""
    numbers = [*range(1, items + 1), *range(TWINS // 2, items + 1, TWINS)]
    pages = -(-len(numbers) // PAGE)
    for page in range(pages):
        own = enumerate(numbers[page * PAGE : (page + 1) * PAGE], page * PAGE + 1)
        yield Page([_material(place, number) for place, number in own], page + 1, pages, len(numbers))


def expected(items: int) -> int:
    """Count the materials of changed items."""
    changed = range(TWINS // 2, items + 1, CHANGED)
    return 2 * len(changed)


class Measured(NamedTuple):
    """One run: seconds by step, items by outcome, and how much was planned and read."""

    steps: dict[str, float]
    counters: dict[str, int]
    writes: int
    pages: int
    materials: int


def work(url: str, items: int) -> dict[str, Any]:
    """Run two nights and a first load; give what the second night and the load took, and the memory."""
    with psycopg.connect(url, autocommit=True) as connection:
        warehouse = Warehouse(connection)
        for night in (1, 2):
            measured = run(warehouse, items, night, "keepincrm", materials(items))
        connection.execute("analyze ops.action")  # months of runs, and nothing of the one that begins
        load = run(warehouse, items, 3, "keepincrm_empty", iter([Page([], 1, 1, 0)]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**measured._asdict(), "first_load": load._asdict(), "peak": round(peak)}


def run(warehouse: Warehouse, items: int, night: int, account: str, held: Iterator[Page]) -> Measured:
    """Run once; what is planned counts as sent."""
    settings = settings_of(crm={**CRM, "connection": account})
    steps: dict[str, float] = {}
    now = datetime(2026, 11, night, 1, tzinfo=UTC)
    occasion = ledger.Occasion(PIPELINE, settings.shop.connection, f"night {night}", "scheduled")
    run_id = ledger.open_run(warehouse, occasion)
    assert run_id
    job = Catalog(run_id, settings, now, Scope(allow_mass_create=night == 3))
    with _timed(steps, "stage the shop"):
        stage_batches(warehouse, job, rows(items, night))
    with _timed(steps, "stage the CRM"):
        stage_categories(warehouse, job, Reading(iter([Page(_shelves(), 1, 1, SHELVES)])))
        reading = Reading(held)
        stage_materials(warehouse, job, reading)
    warehouse.analyze("stage.opencart_catalog_material")
    warehouse.run_file(SQL / "mark_crm_read.sql", job.params)
    with _timed(steps, "plan"):
        counters = plan(warehouse, job)
    sent = "update ops.action set state = 'done', attempts = 1, response = '{}' where run_id = %s"
    writes = warehouse.connection.execute(sent, [run_id]).rowcount
    with _timed(steps, "close"):
        close(warehouse, job)
    return Measured(steps, counters, writes, reading.pages_read, reading.records)


def main() -> int:
    """Measure, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.catalog", description="Measure a plan.")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--url", help="a migrated warehouse: work in this process")
    arguments = parser.parse_args()
    if arguments.url:
        print(json.dumps(work(arguments.url, arguments.items)))
        return 0
    with tempfile.TemporaryDirectory(prefix="dealflow-bench-") as folder:
        Path(folder).chmod(0o711)
        facts = _measured(Path(folder), arguments.items)
    return _judge(facts, arguments.items)


def _measured(folder: Path, items: int) -> dict[str, Any]:
    postgres = LocalPostgres(folder / "postgres", {"shared_buffers": "512MB"})
    postgres.start()
    try:
        postgres.create_database("bench")
        migrate(postgres.url("bench"))
        command = [sys.executable, "-m", "tests.bench.catalog", "--url", postgres.url("bench")]
        told = subprocess.run([*command, "--items", str(items)], check=True, capture_output=True, text=True)
    finally:
        postgres.stop()
    facts: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return facts


def _judge(facts: dict[str, Any], items: int) -> int:
    seconds, load = facts["steps"]["plan"], facts["first_load"]
    print(json.dumps(facts, ensure_ascii=False))
    pages = -(-facts["materials"] // PAGE)
    holds = {
        f"reading the stage, matching, comparing, planning: {seconds:.1f} s, at most {SECONDS}": seconds
        <= SECONDS,
        f"the same for {load['counters'].get('created')} creates, {load['writes']} writes: "
        f"{load['steps']['plan']:.1f} s, at most {SECONDS_OF_FIRST_LOAD}": load["steps"]["plan"]
        <= SECONDS_OF_FIRST_LOAD
        and load["counters"]["created"] == items,
        f"peak memory of Python: {facts['peak']} MiB, at most {MEBIBYTES}": facts["peak"] <= MEBIBYTES,
        f"writes: {facts['writes']}, changed twins: {expected(items)}": facts["writes"] == expected(items),
        f"pages read: {facts['pages']} for {facts['materials']} materials": facts["pages"] == pages,
    }
    for text, reached in holds.items():
        print("reached" if reached else "MISSED ", text)
    return int(not all(holds.values()))


def _item(number: int, night: int) -> Any:
    changes = night > 1 and number % CHANGED == TWINS // 2
    special = Decimal("90.00") if number % 10 == 0 else None
    return item(
        str(number),
        f"AB {number}-X",
        title=f"Фарба акрилова № {number}",
        description=_description(number),
        price=Decimal(100 + number % 50 + changes).quantize(Decimal("0.01")),
        special=special,
        shop_category_id=number % SHELVES + 1,
        category_path=[f"Розділ {number % SHELVES + 1}"],
        images=[f"https://shop.example.org/image/{number}.jpg"],
    )


def _material(place: int, number: int) -> dict[str, Any]:
    return {
        "id": place,
        "sku": f"ab{number}-x",
        "title": f"Фарба акрилова № {number}",
        "price": f"{100 + number % 50}.00",
        "currency": "UAH",
        "category_id": number % SHELVES + 1,
        "asset_url": f"https://shop.example.org/image/{number}.jpg",
        "irrelevant": False,
        "named_custom_prices": {"Опт": 80} | ({"Акційна ціна": 90} if number % 10 == 0 else {}),
        "custom_fields": {"Опис": _description(number), "Бренд": "Зоря"},
    }


def _description(number: int) -> str:
    return f"<p>{number}. {WORDS * 6}</p>"


def _shelves() -> list[dict[str, Any]]:
    return [{"id": n, "name": f"Розділ {n}", "parent_id": None} for n in range(1, SHELVES + 1)]


@contextmanager
def _timed(steps: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    steps[name] = round(time.perf_counter() - started, 2)


if __name__ == "__main__":
    sys.exit(main())
