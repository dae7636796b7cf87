"""What every process of Airflow reads of the pages: their registration, and not the pages."""

import subprocess
import sys

READ = """
import sys
from plugins.ui.sync_plugin import DealImportPages
assert all(callable(app["app"]) for app in DealImportPages.fastapi_apps)
print(*sorted(name for name in sys.modules if name.startswith("plugins.ui.")))
"""


def test_a_task_does_not_pay_for_the_pages() -> None:
    loaded = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=True)
    assert loaded.stdout.splitlines()[-1] == "plugins.ui.sync_plugin"
