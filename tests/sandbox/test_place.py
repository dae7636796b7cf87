"""Where simulated vendors live: whom they let in, what time it is there, what they remember."""

from pathlib import Path

import pytest

from sandbox.control import Control, OrderRefused
from sandbox.place import Credentials, Store, credentials_from

BOTH = {"DEALFLOW_SANDBOX_LOGIN": "demo", "DEALFLOW_SANDBOX_PASSWORD": "x"}


def test_a_vendor_has_the_common_login_unless_it_has_its_own() -> None:
    own = {"DEALFLOW_SANDBOX_CALLTOUCH_LOGIN": "15001", "DEALFLOW_SANDBOX_CALLTOUCH_PASSWORD": "token"}
    credentials = credentials_from(BOTH | own, ["deal_export", "calltouch"])
    assert credentials.of("calltouch") == Credentials("15001", "token")
    assert credentials.of("deal_export") == Credentials("demo", "x")


@pytest.mark.parametrize("missing", [*BOTH, "DEALFLOW_SANDBOX_CALLTOUCH_PASSWORD"])
def test_a_missing_variable_is_named(missing: str) -> None:
    environment = BOTH | {"DEALFLOW_SANDBOX_CALLTOUCH_LOGIN": "15001"}
    environment.pop(missing, None)
    if missing in BOTH:
        environment["DEALFLOW_SANDBOX_CALLTOUCH_PASSWORD"] = "token"
    with pytest.raises(KeyError, match=missing):
        credentials_from(environment, ["calltouch"])


def test_the_clock_is_set_and_put_forward(url: str) -> None:
    control = Control(url)
    assert control.set_clock("2026-03-15T12:00:00+03:00").startswith("2026-03-15T09:00:0")
    assert control.advance(3600).startswith("2026-03-15T10:00:0")
    with pytest.raises(OrderRefused, match="zone"):
        control.set_clock("2026-03-15T12:00:00")
    with pytest.raises(OrderRefused, match="400"):
        control.send("POST", "clock", {"advance": "soon"})


def test_a_store_remembers_all_changes_or_none_of_them(tmp_path: Path) -> None:
    path = tmp_path / "vendor.jsonl"
    store = Store(path)
    store.put("deal", {"1": {"sum": 1}, "2": {"sum": 2}})
    store.put("deal", {"1": None, "3": {"sum": 3}})
    whole = path.read_text(encoding="utf-8")
    assert Store(path).all("deal") == {"2": {"sum": 2}, "3": {"sum": 3}}
    for cut in range(whole.index("\n") + 1, len(whole)):
        path.write_text(whole[:cut], encoding="utf-8")
        assert Store(path).all("deal") == {"1": {"sum": 1}, "2": {"sum": 2}}
    Store(path).clear()
    assert Store(path).all("deal") == {}


def test_a_store_goes_on_after_a_line_that_was_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "vendor.jsonl"
    Store(path).put("deal", {"1": 1})
    with path.open("a") as file:
        file.write('["deal", {"2"')
    Store(path).put("deal", {"3": 3})
    assert Store(path).all("deal") == {"1": 1, "3": 3}
    assert Store(None).all("deal") == {}
