"""A big simulated portal in a process of its own, so that its memory and its work are not counted as ours."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event

from sandbox.control import Control, VendorControl
from sandbox.server import Credentials, running

CODE = "code-of-the-bench"


@contextmanager
def big_portal(deals: int, contacts: int) -> Iterator[tuple[str, VendorControl]]:
    """Serve a portal with so many won deals; give its address and who speaks to it."""
    context = multiprocessing.get_context("spawn")
    told, tells = context.Pipe(duplex=False)
    over = context.Event()
    process = context.Process(target=_serve, args=(tells, over), daemon=True)
    process.start()
    try:
        url = told.recv()
        portal = Control(url).vendor("bitrix24")
        portal.order(generate={"deals": deals, "contacts": contacts, "seed": 1})
        portal.order(renumber=True)
        yield url, portal
    finally:
        over.set()
        process.join(10)
        process.kill()


def _serve(tells: Connection, over: Event) -> None:
    with running(None, Credentials("bench", CODE)) as sandbox:
        tells.send(sandbox.url)
        over.wait()
