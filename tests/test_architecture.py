"""The shape of the repository: who imports whom, one name everywhere, nothing unused, nothing too long."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("dags", "plugins", "include", "sql", "sandbox", "tests")

# Who may import whom, besides itself; nothing that runs for real imports the sandbox.
MAY_IMPORT = {
    "dags": {"plugins", "include"},
    "plugins": {"include"},
    "include": set(),
    "sql": set(),
    "sandbox": {"include", "sql"},
    "tests": {"dags", "plugins", "include", "sql", "sandbox"},
}
SMALL_PURE_PACKAGES = {"lxml", "pydantic", "pydantic_core", "yaml"}
SHARED_SQL = {"alembic", "ledger", "matching", "schema", "ui"}

MODULE_LINES, FUNCTION_LINES, DAG_LINES = 250, 25, 120
# A longer one needs a reason, which stands here: "path" or "path:function" -> why.
LONGER: dict[str, str] = {}


def python_files(*layers: str) -> list[Path]:
    found = [path for layer in layers for path in sorted((ROOT / layer).rglob("*.py"))]
    return [path for path in found if "__pycache__" not in path.parts]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: a relative import"
            yield node.module or ""


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_inwards(layer: str) -> None:
    allowed = MAY_IMPORT[layer] | {layer}
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in python_files(layer)
        for name in imports_of(path)
        if (top := name.partition(".")[0]) in LAYERS and top not in allowed
    ]
    assert wrong == []


def test_no_dag_imports_another_dag() -> None:
    assert [
        name_of(path) for path in python_files("dags") if any(n.startswith("dags") for n in imports_of(path))
    ] == []


def test_the_domain_knows_no_airflow_no_network_and_no_database() -> None:
    banned = {"socket", "ssl", "http", "urllib.request", "sqlite3", "subprocess", "asyncio"}
    for path in python_files("include"):
        for name in imports_of(path):
            top = name.partition(".")[0]
            assert name not in banned, f"{name_of(path)} imports {name}"
            assert top in SMALL_PURE_PACKAGES | {"include"} | sys.stdlib_module_names, (
                f"{name_of(path)} imports {name}"
            )


def test_our_modules_are_spelt_from_the_root() -> None:
    """``from hooks.x import`` would work too, and load a second copy of the module."""
    inner = {
        path.name for layer in ("plugins", "include") for path in (ROOT / layer).iterdir() if path.is_dir()
    }
    inner -= sys.stdlib_module_names | {"__pycache__"}
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in python_files(*LAYERS)
        for name in imports_of(path)
        if name.partition(".")[0] in inner
    ]
    assert wrong == []


def test_airflow_executes_only_plugin_files_under_plugins() -> None:
    lines = (ROOT / "plugins" / ".airflowignore").read_text(encoding="utf-8").split()
    assert lines == ["*.py", "!*_plugin.py"]


def test_every_pipeline_has_one_name() -> None:
    dags = {path.stem for path in python_files("dags")}
    folders = {path.name for path in (ROOT / "sql").iterdir() if path.is_dir()} - SHARED_SQL - {"__pycache__"}
    assert folders == dags
    for name in dags:
        assert (ROOT / "include" / name).is_dir(), f"include/{name} is missing"
        assert (ROOT / "include" / "settings" / f"{name}.yaml").is_file(), f"settings of {name} are missing"


def test_every_sql_file_is_used() -> None:
    words = {word for path in python_files("dags", "plugins", "include") for word in words_in_strings(path)}
    files = [path for path in (ROOT / "sql").rglob("*.sql") if path.parent.name != "schema"]
    assert [name_of(path) for path in files if path.stem not in words] == []


def words_in_strings(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\w+", node.value)


def test_every_sql_file_says_what_it_promises() -> None:
    files = (ROOT / "sql").rglob("*.sql")
    assert [name_of(path) for path in files if not path.read_text(encoding="utf-8").startswith("--")] == []


def test_modules_functions_and_dags_stay_small() -> None:
    too_long = [*long_modules(), *long_functions()]
    assert [place for place in too_long if place.partition(" ")[0] not in LONGER] == []


def test_the_list_of_longer_ones_is_current() -> None:
    places = {place.partition(" ")[0] for place in [*long_modules(), *long_functions()]}
    assert set(LONGER) <= places


def long_modules() -> Iterator[str]:
    for path in python_files("dags", "plugins", "include", "sandbox", "sql"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > (DAG_LINES if path.parent.name == "dags" else MODULE_LINES):
            yield f"{name_of(path)} has {lines} lines"


def long_functions() -> Iterator[str]:
    """A DAG's own function is its file, and has the file's limit."""
    for path in python_files("plugins", "include", "sandbox", "sql"):
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if (lines := code_lines(node)) > FUNCTION_LINES:
                yield f"{name_of(path)}:{node.name} has {lines} lines"


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines from ``def`` to the end, without the docstring."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


UNCOMMENTED = """
select format('%%s.%%s', c.oid::regclass, a.attname)
from pg_class as c
left join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where
    c.relnamespace::regnamespace::text = any(%s) and c.relkind in ('r', 'v', 'm', 'p')
    and (obj_description(c.oid, 'pg_class') is null or col_description(c.oid, a.attnum) is null)
order by 1
"""

NARROW_KEYS = """
select format('%s.%s', attrelid::regclass, attname)
from pg_attribute
where attidentity <> '' and atttypid <> 'bigint'::regtype
"""


def test_every_table_and_column_has_a_comment(connection: psycopg.Connection) -> None:
    rows = connection.execute(UNCOMMENTED, [["ops", "stage", "mart"]]).fetchall()
    assert [name for (name,) in rows] == []


def test_every_key_the_database_counts_is_a_bigint(connection: psycopg.Connection) -> None:
    assert connection.execute(NARROW_KEYS).fetchall() == []


def test_tracked_files_name_no_machine_and_no_registry() -> None:
    # Put together here, so that this file does not hold what it looks for.
    folders = "|".join(
        ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/(?!airflow)", "/Us" + "ers/", "/opt/" + "wheels"]
    )
    hosts = "|".join(
        [r"py" + r"pi\.org", "files.python" + "hosted", "registry.npm" + "js", "deb." + "debian"]
    )
    pattern = re.compile(rf"(?:^|[\s\"'=(:])(?:{folders})|{hosts}", re.MULTILINE)
    found = [
        f"{name_of(path)}: {match[0].strip()}"
        for path in tracked_files()
        if (match := pattern.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert found == []
