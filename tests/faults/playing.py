"""The cases of a sweep, played by processes side by side; what went wrong is told of all of them at once."""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Case = TypeVar("Case")
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"  # all cases, for hours


def play(
    pool: Executor,
    cases: Iterable[Case],
    playing: Callable[[Case], list[str]],
    told: Callable[[Case], str],
) -> None:
    """Play all cases; ``playing`` gives what is different after one, a line each, ``told`` names it."""
    played = [(case, pool.submit(playing, case)) for case in cases]
    wrong = []
    for case, result in played:
        if found := [repr(error)] if (error := result.exception()) else result.result():
            wrong.append(f"{told(case)}:")
            wrong += [f"    {line}" for line in found]
    assert not wrong, "\n" + "\n".join(wrong)


@contextmanager
def stage(name: str) -> Iterator[Path]:
    """Give a folder for a case, and remove it afterwards; what is logged meanwhile is not kept."""
    logging.disable(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-{os.getpid()}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
