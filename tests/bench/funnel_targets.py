"""What the runs of a big funnel have to reach, judged of what they took."""

from operator import itemgetter
from typing import Any

Targets = dict[str, bool | None]  # what was to be reached, and whether it was; None: that is only told

REBUILD, BIG = 60.0, 200_000  # seconds, of so many leads
MANY = 4_000  # leads to be read, from which on pages that are not full weigh little
MEBIBYTES, APART = 300, 20  # of a process; between a small account and a large one
SHARE, CHANGED = 0.1, 300  # of a whole build, for so many changed leads
AROUND, PER_PAGE, PER_EVENTS = 9, 250, 100  # requests besides pages; rows of a page
REQUESTS, PER_SECOND = 1.03, 6.65  # of the least there could be; of the seven a second
LATE, LATER = 0.1, 0.3  # seconds an answer takes
PAGE, PREVIEW = 0.3, 1.0  # seconds to open a page; to try a mapping


def judged(targets: Targets) -> int:
    """Print which targets are reached; give the exit status."""
    words = {True: "reached", False: "MISSED ", None: "told   "}
    for text, reached in targets.items():
        print(words[reached], text)
    return int(False in targets.values())


def ended_well(*runs: dict[str, Any]) -> Targets:
    """Say which runs did not end well."""
    bad = [run["run"] for run in runs if run["state"] != "success"]
    return {f"runs that did not end well: {bad} of {len(runs)}": not bad}


def built_well(large: list[dict[str, Any]], leads: int) -> Targets:
    """Judge the runs that build; how long something takes is judged of many leads alone."""
    first, unchanged, moved, changed = large
    peak, preview = max(run["peak"] for run in large), changed["pages"].pop("preview")
    name, slowest = max(changed["pages"].items(), key=itemgetter(1))
    publishing, most = changed["tasks"]["publish"], round(SHARE * moved["tasks"]["publish"], 1)
    quick: Targets = {
        f"a marker moved: {moved['seconds']} s, at most {REBUILD}": moved["seconds"] <= REBUILD,
        f"{CHANGED} leads changed: {publishing} s to publish, at most {most}": publishing <= most,
        f"to try a mapping: {preview} s, at most {PREVIEW}": preview <= PREVIEW,
        f"to open a page: {slowest} s ({name}), at most {PAGE}": slowest <= PAGE,
    }
    return {
        f"first build: {first['seconds']} s": None,
        **(quick if leads >= BIG else dict.fromkeys(quick)),
        f"written when nothing has changed: {_written(unchanged)}": not _written(unchanged),
        f"peak memory: {peak} MiB, at most {MEBIBYTES}": peak <= MEBIBYTES,
    }


def read_well(api: dict[str, Any], leads: int, moves: int) -> Targets:
    """Judge the run that reads over the API; a short one by its limits alone."""
    rate, is_long, least = api["rate"], leads >= MANY, _least(leads, moves)
    requests, pace = rate["requests"] <= REQUESTS * least, rate["per_second"] >= PER_SECOND
    return {
        f"requests to read: {rate['requests']}, at least {least}, at most {REQUESTS} of it": requests
        if is_long
        else None,
        f"requests too many in a second: {rate['violations']}": rate["violations"] == 0 if is_long else None,
        f"requests a second: {rate['per_second']}, at least {PER_SECOND} of many": pace if is_long else None,
    }


def compared_well(
    large: dict[str, Any], small: dict[str, Any], slow: dict[str, Any], leads: int, moves: int
) -> Targets:
    """Judge how memory grows, and how a smaller account is read where answers take longer."""
    least, asked = _least(leads, moves), slow["rate"]["requests"]
    grown, warm = large["peak"] - small["peak"], slow["events"].get("per_second", 0.0)
    return {
        f"memory for four times the leads: {grown:+} MiB, at most {APART}": grown <= APART,
        f"of events that take {LATER} s each: {warm} a second, at least {PER_SECOND}": warm >= PER_SECOND,
        f"requests to read a smaller account: {asked}, at least {least}": asked <= REQUESTS * least,
        f"requests too many in a second: {slow['rate']['violations']}, too": not slow["rate"]["violations"],
    }


def _least(leads: int, moves: int) -> int:
    """Give how many requests it takes at least to read an account for the first time."""
    return -(-leads // PER_PAGE) + leads * moves // PER_EVENTS + AROUND


def _written(run: dict[str, Any]) -> dict[str, int]:
    quiet = ("unchanged", "filtered", "unknown_deleted")
    return {name: count for name, count in run["counters"].items() if count and name not in quiet}
