"""Where the project lies, worked out from this file, so that no working directory or variable matters."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SQL_DIR = ROOT / "sql"
SETTINGS_DIR = ROOT / "include" / "settings"
