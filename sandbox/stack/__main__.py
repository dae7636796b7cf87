"""
The local stack from the command line: ``python -m sandbox.stack demo|up|down|env``; see ``make help``.
"""

import argparse
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from sandbox.demo.queries import QUERIES
from sandbox.stack.api import ApiFailed
from sandbox.stack.components import ComponentDied
from sandbox.stack.databases import MigrationFailed
from sandbox.stack.demo import table, tell
from sandbox.stack.local import NO_PROXY, LocalFolder
from sandbox.stack.postgres import USER, PostgresFailed, programs
from sandbox.stack.stack import AlreadyRunning, Stack
from sql.alembic.numbered import SchemaError

EXPECTED_TROUBLE = (
    *(AlreadyRunning, ApiFailed, ComponentDied, MigrationFailed, PostgresFailed, SchemaError),
    NotADirectoryError,
)


def say(text: str) -> None:
    """Tell the person at the terminal at once, also when the output goes to a file."""
    print(text, flush=True)


def demo(local: LocalFolder, once: bool) -> int:
    """Run the demo from clean data; return 0 when every run did what its data says it must."""
    stack = Stack(local, say)
    with stack.running(afresh=True, by_schedule=False) as api:
        say("running the pipelines\n")
        told = []
        for step in tell(local, api):
            say(table(step))
            told.append(step)
        good = sum(step.as_promised() for step in told)
        say(f"\n{good} of {len(told)} runs did what the demo's data says they must\n")
        if once:
            say("`make up` starts it again with this data")
            return 0 if told and good == len(told) else 1
        say(f'{_addresses(local)}\n\nWorth a look, in psql after `eval "$(make -s env)"`:')
        for title, query in QUERIES:
            say(f"\n-- {title}\n{query.strip()};")
        say("\nCtrl-C stops everything; `make up` starts it again with this data.")
        stack.wait()
    return 0


def up(local: LocalFolder, once: bool) -> int:
    """Keep the stack up, data as it was left; DAGs run when a person or their schedule says so."""
    stack = Stack(local, say)
    with stack.running(afresh=False, by_schedule=True) as api:
        for error in api.import_errors():
            say(f"a DAG file does not load:\n{error}")
        say(f"{_addresses(local)}\n{_by_schedule(api.switched_on())}")
        say("\nCtrl-C here, or `make down` elsewhere, stops everything.")
        stack.wait()
    return 0


def down(local: LocalFolder, once: bool) -> int:
    """Stop a stack that runs elsewhere."""
    if local.folder.exists():
        Stack(local, say).stop_elsewhere()
    say("the local stack is down")
    return 0


def env(local: LocalFolder, once: bool) -> int:
    """Print what a shell needs for ``airflow`` and ``psql`` to reach the running stack."""
    if not local.postgres.is_running():
        sys.exit("the local stack is not running: start it with `make up` or `make demo`")
    psql = {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(local.postgres.port),
        "PGUSER": USER,
        "PGPASSWORD": local.postgres.password,
        "PGDATABASE": "warehouse",
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), str(programs()), os.environ.get("PATH", "")])
    for name, value in {**local.environment(), **psql, "PATH": path}.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _addresses(local: LocalFolder) -> str:
    password = local.secrets["admin_password"]
    return (
        f"Airflow:  {local.airflow_url()}   login admin, password {password}\nSandbox:  {local.sandbox_url()}"
    )


def _by_schedule(switched_on: list[str]) -> str:
    """Say which DAGs start by themselves: at once, too, when they have missed a slot."""
    if not switched_on:
        return "DAGs:     all switched off; switch one on in Airflow and its schedule starts it"
    when = "they start by schedule, and at once if the latest slot was missed"
    return f"DAGs:     switched on: {', '.join(switched_on)}; {when}"


COMMANDS: dict[str, Callable[[LocalFolder, bool], int]] = {"demo": demo, "up": up, "down": down, "env": env}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.stack", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--once", action="store_true", help="demo: end after the table")
    chosen = parser.parse_args()
    os.environ |= NO_PROXY
    try:
        return COMMANDS[chosen.command](LocalFolder(), chosen.once)
    except KeyboardInterrupt:  # a person's wish; with --once nobody is there who could wish it
        return 130 if chosen.once else 0
    except PermissionError as problem:
        sys.exit(
            f"{problem.filename} belongs to another account: run as that one, or remove the folder .local"
        )
    except EXPECTED_TROUBLE as problem:
        sys.exit(f"{problem}")


if __name__ == "__main__":
    sys.exit(main())
