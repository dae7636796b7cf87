"""A worker killed while it receives the file: nothing that is not whole is ever taken for the file."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.faults.company import AFTER
from tests.faults.pipeline import import_link, tables
from tests.faults.shop import Answer, Shop

WORKER = "import sys; from tests.faults.pipeline import import_link; import_link(*sys.argv[1:])"


def test_a_file_half_received_is_thrown_away_and_received_again(url: str, shop: Shop, storage: Path) -> None:
    before = tables(url)
    shop.answer = Answer(AFTER, cut=500, linger=300)
    landing = storage / "deal_import" / "main"
    worker = subprocess.Popen([sys.executable, "-c", WORKER, url, shop.url, "manual__1"])
    deadline = time.monotonic() + 240
    while not any(landing.glob("2.*.part")):
        assert worker.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert [file.name.split(".")[-1] for file in landing.iterdir()] == ["part"]
    assert tables(url) == before
    shop.answer = Answer(AFTER)
    run = import_link(url, shop.url, "manual__1")
    assert (run.run_id, run.state, run.counters["created"]) == (2, "partial", 6)
    assert [file.name for file in landing.iterdir()] == ["2"]
