"""
Import one file in a process of its own: the code of the tasks, without Airflow around it.

    python -m tests.bench.worker URL FILE

Prints a line of JSON: the run's state, counters, seconds by step and by file of ``sql/``, peak memory (MiB).
"""

import json
import resource
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from include.settings.deal_import import DealImportSettings
from plugins.steps import deal_import, ledger
from plugins.steps.matching import match_clients, match_deals
from plugins.warehouse import Params, Warehouse
from tests.deal_import.run import STATUSES


class TimedWarehouse(Warehouse):
    """A session that keeps the seconds each file of ``sql/`` took."""

    seconds: Counter[str]

    def run_file(self, path: Path, params: Params) -> int:
        started = time.perf_counter()
        try:
            return super().run_file(path, params)
        finally:
            self.seconds[path.stem] += time.perf_counter() - started


def main(url: str, file: Path) -> None:
    """Import the file as the DAG does, step by step."""
    settings = DealImportSettings.model_validate(
        {
            "statuses": list(STATUSES),
            "sources": [{"name": "bench", "link": file.as_uri(), "max_file_mib": 2**20}],
        },
        context={},
    )
    steps: dict[str, float] = {}
    with psycopg.connect(url) as connection:
        warehouse = TimedWarehouse(connection)
        warehouse.seconds = Counter()
        occasion = ledger.Occasion("deal_import", "bench", str(uuid.uuid4()), "manual")
        run_id = ledger.open_run(warehouse, occasion)
        if run_id is None:
            sys.exit("another run of the source is going")
        job = deal_import.Import(run_id, settings, settings.sources[0], file.as_uri(), allow_shrink=True)
        with _timed(steps, "stage"), file.open("rb") as stream:
            deal_import.stage_records(warehouse, job, stream)
        with _timed(steps, "keys"):
            deal_import.stage_keys(warehouse, job)
        with _timed(steps, "match clients"), warehouse.transaction():
            match_clients(warehouse, run_id, deal_import.create_with(job.source))
        with _timed(steps, "match deals"):
            deal_import.stage_deals(warehouse, job)
            with warehouse.transaction():
                match_deals(warehouse, run_id)
        with _timed(steps, "plan"):
            deal_import.plan(warehouse, job)
        with _timed(steps, "apply"):
            deal_import.apply(warehouse, job)
        run = ledger.run(warehouse, run_id)
    files = {name: round(seconds, 2) for name, seconds in warehouse.seconds.most_common() if seconds > 0.05}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps({"state": run.state, "counters": run.counters, "steps": steps, "sql": files, "peak": peak})
    )


@contextmanager
def _timed(steps: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    steps[name] = round(time.perf_counter() - started, 2)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
