"""
Plan a catalogue of many items against as many materials, of which one in a hundred has changed.

    python -m tests.bench.catalog [--items 100000]

Two nights on a server of its own: the first links everything, the second is measured, without the calls to
the CRM, whose pace is the vendor's. The exit status is 1 if planning takes longer than 20 s, the process more
than 500 MiB, or if what is planned is not exactly what has changed.
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
from typing import Any

import psycopg

from plugins.hooks.keepincrm import PAGE, Page, Reading
from plugins.hooks.opencart_reader import BATCH, ShopBatch
from plugins.steps import ledger
from plugins.steps.opencart_catalog import PIPELINE, Catalog, Scope
from plugins.steps.opencart_catalog_close import close
from plugins.steps.opencart_catalog_plan import plan
from plugins.steps.opencart_catalog_staging import stage_batches, stage_categories, stage_materials
from plugins.warehouse import Warehouse
from sandbox.stack.postgres import LocalPostgres
from sql.alembic.migrate import migrate
from tests.opencart_catalog.nights import category, item, settings_of

SECONDS, MEBIBYTES = 20, 500
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


def work(url: str, items: int) -> dict[str, Any]:
    """Run two nights; give the seconds and the memory of the second."""
    settings = settings_of(crm=CRM)
    steps: dict[str, float] = {}
    with psycopg.connect(url, autocommit=True) as connection:
        warehouse = Warehouse(connection)
        for night in (1, 2):
            steps = {}
            now = datetime(2026, 11, night, 1, tzinfo=UTC)
            occasion = ledger.Occasion(PIPELINE, settings.shop.connection, f"night {night}", "scheduled")
            run_id = ledger.open_run(warehouse, occasion)
            assert run_id
            job = Catalog(run_id, settings, now, Scope())
            with _timed(steps, "stage the shop"):
                stage_batches(warehouse, job, rows(items, night))
            with _timed(steps, "stage the CRM"):
                stage_categories(warehouse, job, Reading(iter([Page(_shelves(), 1, 1, SHELVES)])))
                reading = Reading(materials(items))
                stage_materials(warehouse, job, reading)
            warehouse.analyze("stage.opencart_catalog_material")
            with _timed(steps, "plan"):
                counters = plan(warehouse, job)
            writes = connection.execute("select count(*) from ops.action").fetchone()
            with _timed(steps, "close"):
                connection.execute("update ops.action set state = 'done', attempts = 1, response = '{}'")
                close(warehouse, job)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "steps": steps,
        "counters": counters,
        "writes": writes[0] if writes else 0,
        "pages": reading.pages_read,
        "materials": reading.records,
        "peak": round(peak),
    }


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
    seconds = facts["steps"]["plan"]
    print(json.dumps(facts, ensure_ascii=False))
    pages = -(-facts["materials"] // PAGE)
    holds = {
        f"reading the stage, matching, comparing, planning: {seconds:.1f} s, at most {SECONDS}": seconds
        <= SECONDS,
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
