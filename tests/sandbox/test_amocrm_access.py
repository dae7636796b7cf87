"""Who is let in to the simulated amoCRM, by which tokens, and what an answer says of its time (amocrm 2)."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.control import Control, OrderRefused, VendorControl
from sandbox.server import Credentials, running
from tests.sandbox.amocrm_caller import FREE, PAID, SECRET, Caller

DAY, FIRST = 86_400, f"refresh-{PAID}-0"


def claims(token: str) -> dict[str, Any]:
    """Read the middle of a token."""
    middle = token.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return told


def test_a_stranger_is_not_let_in(amo_url: str) -> None:
    assert [Caller(amo_url, token).ask("account").status for token in ("", "guessed")] == [401, 401]


def test_a_token_tells_its_account_and_lives_a_day(amo_url: str, free: Caller) -> None:
    pair = free.refresh(f"refresh-{FREE}-0").body
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", DAY)
    told = claims(pair["access_token"])
    assert told["account_id"] == FREE
    assert told["api_domain"] == amo_url.removeprefix("http://")
    assert told["exp"] == pair["server_time"] + DAY
    fresh = Caller(amo_url, pair["access_token"])
    assert fresh.ask("account").body["id"] == FREE
    Control(amo_url).advance(DAY + 1)
    assert fresh.ask("account").status == 401
    assert free.ask("account").status == 200  # the long-lived one


def test_a_refresh_token_is_good_once_and_for_three_months(people: VendorControl, paid: Caller) -> None:
    second = paid.refresh(FIRST).body["refresh_token"]
    assert paid.refresh(FIRST).status == 401
    third = paid.refresh(second).body["refresh_token"]
    told = people.read("tokens")
    assert (told["refreshes"], told["spent_shown"], told["refresh"]) == (2, 1, [third])
    Control(paid.url).advance(91 * DAY)
    assert paid.refresh(third).status == 401


def test_of_two_who_refresh_at_once_one_is_left_with_nothing(paid: Caller) -> None:
    with ThreadPoolExecutor(2) as both:
        heard = list(both.map(lambda _: paid.refresh(FIRST).status, range(2)))
    assert sorted(heard) == [200, 401]


def test_a_lost_answer_has_spent_the_token_or_not(people: VendorControl, paid: Caller) -> None:
    people.fault("reset", method="token", applied=False)
    with pytest.raises(OSError, match=r"reset|closed"):
        paid.refresh(FIRST)
    people.fault("reset", method="token", applied=True)
    with pytest.raises(OSError, match=r"reset|closed"):
        paid.refresh(FIRST)
    assert paid.refresh(FIRST).status == 401


def test_a_code_is_good_once_and_for_twenty_minutes(people: VendorControl, paid: Caller) -> None:
    asked = {"grant_type": "authorization_code", "code": f"code-{PAID}"}
    pair = paid.exchange(**asked)
    assert pair.status == 200
    assert Caller(paid.url, pair.body["access_token"]).ask("account").status == 200
    assert paid.exchange(**asked).status == 401
    people.order(code="another")
    Control(paid.url).advance(21 * 60)
    assert paid.exchange(grant_type="authorization_code", code="another").status == 401


@pytest.mark.parametrize(
    "wrong",
    [{"client_secret": "guessed"}, {"client_id": ""}, {"redirect_uri": ""}, {"grant_type": "password"}],
)
def test_a_request_for_tokens_that_is_wrong_spends_nothing(paid: Caller, wrong: dict[str, str]) -> None:
    asked = {"grant_type": "refresh_token", "refresh_token": FIRST}
    assert paid.exchange(**(asked | wrong)).status == 400
    assert paid.refresh(FIRST).status == 200


def test_an_integration_that_is_switched_off_has_to_be_let_in_anew(
    people: VendorControl, paid: Caller, free: Caller
) -> None:
    pair = paid.refresh(FIRST).body
    people.order(revoke=True)
    assert Caller(paid.url, pair["access_token"]).ask("account").status == 401
    assert paid.ask("account").status == 401
    assert paid.refresh(pair["refresh_token"]).status == 401
    assert free.ask("account").status == 200
    people.order(code="anew")
    fresh = paid.exchange(grant_type="authorization_code", code="anew").body["access_token"]
    assert Caller(paid.url, fresh).ask("account").status == 200


def test_access_may_run_out_by_order_but_not_the_long_lived(people: VendorControl, paid: Caller) -> None:
    fresh = Caller(paid.url, paid.refresh(FIRST).body["access_token"])
    people.order(expire=True)
    assert (fresh.ask("account").status, paid.ask("account").status) == (401, 200)


def test_an_account_that_is_not_paid_for_gives_nothing(people: VendorControl, paid: Caller) -> None:
    people.order(unpaid=True)
    assert [paid.ask(path).status for path in ("account", "leads", "events")] == [402, 402, 402]
    people.order(unpaid=False)
    assert paid.ask("account").status == 200


def test_what_is_not_there_is_not_found_and_nothing_is_written(paid: Caller) -> None:
    assert paid.ask("no/such").status == 404
    assert paid.ask("leads", verb="POST").status == 405
    assert paid.ask("leads", page=0).status == 400
    problem = paid.ask("leads", order={"price": "asc"}).body
    assert problem["validation-errors"][0]["errors"][0]["path"] == "order[price]"


def test_answers_tell_the_vendors_time_or_none(people: VendorControl, paid: Caller) -> None:
    people.order(ways={"clock_skew": 3600})
    told = parsedate_to_datetime(paid.ask("account").headers["Date"])
    assert 3590 < (told - datetime.now(UTC)).total_seconds() < 3610
    people.order(ways={"date_header": "absent"})
    assert "Date" not in paid.ask("account").headers


def test_links_to_further_pages_may_name_another_host(people: VendorControl, paid: Caller) -> None:
    people.order(leads=[{}, {}], ways={"shard_next": "shard151.amocrm.example"})
    links = paid.ask("leads", limit=1, filter={"updated_at": {"from": 5}}).body["_links"]
    assert links["next"]["href"].startswith("https://shard151.amocrm.example/api/v4/leads?")
    assert "page=2" in links["next"]["href"]
    assert "filter%5Bupdated_at%5D%5Bfrom%5D=5" in links["next"]["href"]


def test_what_happened_outlives_a_restart(tmp_path: Path) -> None:
    credentials = Credentials("demo", SECRET)
    with running(tmp_path, credentials) as sandbox:
        people = Control(sandbox.url).vendor("amocrm", str(PAID))
        people.order(leads=[{"id": 41000001}], account={"timezone": "Asia/Omsk"}, rights={"users": False})
        people.order(move={"41000001": [8200011, 142]})
        Caller(sandbox.url).refresh(FIRST)
    with running(tmp_path, credentials) as sandbox:
        again = Caller(sandbox.url)
        assert again.lead(41000001)["status_id"] == 142
        assert len(again.rows("events")) == 2
        assert again.ask("users").status == 403
        assert again.refresh(FIRST).status == 401
        told = again.ask("account", shown="datetime_settings").body["_embedded"]["datetime_settings"]
        assert told["timezone"] == "Asia/Omsk"


@pytest.mark.parametrize(
    "order",
    [
        {"ways": {"loss_reason": "poem"}},
        {"rights": {"cats": True}},
        {"move": {"5": [1, 142]}},
        {"leads": [{"fields": {5: "x"}}]},
        {"at_page": 1, "of": "cats"},
        {"read": "cats"},
        {"cats": 1},
    ],
)
def test_an_order_that_means_nothing_is_refused(people: VendorControl, order: dict[str, Any]) -> None:
    with pytest.raises(OrderRefused, match="400"):
        people.order(**order)


def test_no_account_but_the_two_takes_orders(amo_url: str) -> None:
    with pytest.raises(OrderRefused, match="no account 5"):
        Control(amo_url).vendor("amocrm", "5").order(leads=[{}])
