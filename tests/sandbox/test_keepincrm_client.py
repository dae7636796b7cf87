"""
A public client of KeepinCRM, ``aiokeepin``, speaks with the simulated account.

It was written by others for real accounts, so what it expects of an answer is a check of ours.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.control import Control
from sandbox.server import Credentials, running
from tests.sandbox.keepincrm_caller import KEY

SCRIPT = Path(__file__).with_name("aiokeepin_session.py")
SESSION = [sys.executable, "-m", "uv", "run", "--quiet", "--no-project", "--script", str(SCRIPT)]
PATIENCE = 120  # seconds, most of them for fetching the client


@pytest.fixture(scope="module")
def session() -> list[str]:
    """Give the command that runs a session, once the client is there."""
    try:
        made = subprocess.run(SESSION, capture_output=True, check=False, timeout=PATIENCE).returncode == 0
    except subprocess.TimeoutExpired:
        made = False
    if not made:
        pytest.skip("aiokeepin can't be fetched: it takes uv (make installed-dev) and a package index")
    return SESSION


def test_it_reads_writes_and_knows_each_error(tmp_path: Path, session: list[str]) -> None:
    with running(tmp_path, Credentials("demo", KEY)) as sandbox:
        crm = Control(sandbox.url).keepincrm()
        crm.add_categories({"name": "Оливи"})
        crm.add_materials(*({"sku": f"A-{n}", "title": f"Товар {n}"} for n in range(40)))
        told = [*session, sandbox.url, KEY]
        done = subprocess.run(told, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "listed": 41,
        "categories": ["Оливи"],
        "created": "Олива",
        "patched": "1300",
        "put": True,
        "read": "Масло 5W, 1",
        "deleted": {},
        "refused": [
            ["NotFoundError", 404],
            ["ValidationError", 422],
            ["InternalServerError", 500],
            ["InvalidAPIKeyError", 401],
        ],
    }
