"""A big simulated account of amoCRM in a process of its own, so that its memory and work are not ours."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event

from sandbox.control import Control, VendorControl
from sandbox.server import Credentials, running

SECRET, ACCOUNT = "secret-of-the-bench", 31000001


@contextmanager
def big_account(leads: int, events: int) -> Iterator[tuple[str, VendorControl]]:
    """Serve an account with so many leads and moves of theirs; give its address and who speaks to it."""
    context = multiprocessing.get_context("spawn")
    told, tells = context.Pipe(duplex=False)
    over = context.Event()
    process = context.Process(target=_serve, args=(tells, over), daemon=True)
    process.start()
    try:
        url = told.recv()
        account = Control(url).vendor("amocrm", str(ACCOUNT))
        if leads:
            account.order(generate={"leads": leads, "events": events, "seed": 1})
        account.order(renumber=True)
        yield url, account
    finally:
        over.set()
        process.join(10)
        process.kill()


def _serve(tells: Connection, over: Event) -> None:
    with running(None, Credentials("bench", SECRET)) as sandbox:
        tells.send(sandbox.url)
        over.wait()
