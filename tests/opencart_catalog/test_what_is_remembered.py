"""What a run that did not do everything leaves for the next: nothing is taken for sent that was not."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from include.keepincrm.capabilities import Capabilities
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.steps import ledger
from plugins.steps.opencart_catalog_close import conclude
from plugins.steps.opencart_catalog_plan import plan
from plugins.steps.opencart_catalog_staging import stage_crm
from tests.opencart_catalog.nights import Killed, Shop, item
from tests.opencart_catalog.test_what_was_read import BreaksOff

Open = Callable[..., Shop]
ADDRESSES = [f"https://shop.example.org/image/{name}.jpg" for name in "ab"]


def redrawn(desk: Shop) -> dict[str, int]:
    """Let the files of two pictures be replaced that were sent; give the materials by article."""
    desk.put(item("1", "A", images=ADDRESSES[:1]), item("2", "B", images=ADDRESSES[1:]))
    desk.files = dict.fromkeys(ADDRESSES, "W/1")
    desk.night()
    assert desk.night().writes == {}
    desk.files = dict.fromkeys(ADDRESSES, "W/2")
    return {material["sku"]: number for number, material in desk.crm.materials.items()}


def test_a_replaced_picture_waits_for_the_run_that_may_send_it(desk: Shop) -> None:
    own = redrawn(desk)
    assert desk.night(mode="create").writes == {}
    narrow = desk.night(only_articles=["A"])
    assert narrow.writes == {("update_material", f"material:{own['A']}"): {"asset_url": ADDRESSES[0]}}
    rest = desk.night()
    assert rest.writes == {("update_material", f"material:{own['B']}"): {"asset_url": ADDRESSES[1]}}
    assert desk.night().writes == {}


def test_a_replaced_picture_waits_until_the_crm_takes_pictures_again(desk: Shop) -> None:
    own = redrawn(desk)
    desk.able = Capabilities().learnt("pictures", False, desk.today, for_good=True)
    assert desk.night().writes == {}
    desk.able = Capabilities()
    again = desk.night()
    assert {key for _, key in again.writes} == {f"material:{number}" for number in own.values()}
    assert desk.night().writes == {}


def test_what_the_account_cannot_take_was_not_updated(desk: Shop) -> None:
    desk.ways(named_prices="refused")
    desk.crm.add("A", title="Товар 1")
    desk.crm.add("B", title="Товар 2")
    desk.crm.add("C", title="Старе")
    desk.put(*(item(str(place), name, special=Decimal("90.00")) for place, name in enumerate("ABC", 1)))
    night = desk.night()
    assert (night.state, night.counters) == ("partial", {"not_sent": 2, "updated": 1, "unchanged": 0})
    assert "CAPABILITY_OFF" in night.codes("1")
    assert desk.night().counters == {"unchanged": 3}


def test_a_run_is_not_closed_over_a_crm_that_is_being_read_anew(desk: Shop) -> None:
    for number in range(60):
        desk.crm.add(f"A{number}", title=f"Товар {number}")
    desk.put(*(item(str(number), f"A{number}") for number in range(60)))
    desk.night()
    job = desk.begin()
    desk.stage(job)
    plan(desk.warehouse, job)
    with pytest.raises(Killed):
        stage_crm(desk.warehouse, job, KeepinCRMHook(None, BreaksOff(4)))
    with pytest.raises(ledger.StagedRowsGone, match="stage_crm"):
        conclude(desk.warehouse, ledger.run(desk.warehouse, job.run_id), job)
    assert desk.rows("select 1 from mart.catalog_link where is_lost") == []
    assert ledger.run(desk.warehouse, job.run_id).state == "running"


def test_a_run_of_an_earlier_version_is_told_to_read_the_shop_again(desk: Shop) -> None:
    desk.put(item("1", "A"))
    job = desk.begin()
    desk.stage(job)
    desk.warehouse.connection.execute("delete from stage.opencart_catalog_reading")
    stage_crm(desk.warehouse, job, KeepinCRMHook())
    with pytest.raises(ledger.StagedRowsGone, match="stage_shop"):
        plan(desk.warehouse, job)
