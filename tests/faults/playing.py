"""The cases of a sweep, played by processes side by side; what went wrong is told of all of them at once."""

import logging
import os
import random
import shutil
import tempfile
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
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
        error = result.exception()
        if found := traceback.format_exception(error) if error else result.result():
            wrong.append(f"{told(case)}:")
            wrong += [f"    {line.rstrip()}" for line in found]
    assert not wrong, "\n" + "\n".join(wrong)


def some_of_each(
    cases: Iterable[Case], kind: Callable[[Case], str], chance: random.Random, more: Mapping[str, int]
) -> list[Case]:
    """Draw a case of each kind, or as many as ``more`` says."""
    kinds: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        kinds[kind(case)].append(case)
    return [case for name, each in kinds.items() for case in chance.sample(each, more.get(name, 1))]


@contextmanager
def stage(name: str) -> Iterator[Path]:
    """Give a folder for a case, and remove it afterwards; what is logged meanwhile is not kept."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-{os.getpid()}-"))
    try:
        yield folder
    finally:
        logging.disable(before)
        shutil.rmtree(folder, ignore_errors=True)
