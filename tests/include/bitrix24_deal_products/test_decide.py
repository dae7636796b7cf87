import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.bitrix24_deal_products.decide import decide
from include.bitrix24_deal_products.item import Known
from include.bitrix24_deal_products.pick import Missing, Several
from tests.include.bitrix24_deal_products.deals import (
    applied,
    deal,
    goods,
    remembered,
    rules,
    tour,
    variation,
)

CHANGED_AT = {"changed_at": "2026-02-02T10:00:00+03:00"}


def copied(**settings):
    """Copy the tour to a deal; give the deal and what is known of it then."""
    first = decide(deal(), goods(), None, rules(**settings))
    return applied(deal(), first), remembered(None, first)


def again(product, held, known, **settings):
    return decide(held, goods(product), known, rules(**settings))


def test_a_product_attached_is_copied_field_by_field():
    verdict = decide(deal(), goods(), None, rules())
    assert (verdict.outcome, verdict.kind, verdict.codes) == ("copied", "set_deal_fields", ("B24_COPIED",))
    assert verdict.before == {
        "title": "Заявка",
        "begindate": None,
        "closedate": "2026-02-01T03:00:00+03:00",
        "UF_CRM_ARTICLE": None,
    }
    assert verdict.after == {
        "title": "Камчатка",
        "begindate": "2026-08-10",
        "closedate": "2026-08-21",
        "UF_CRM_ARTICLE": "К-1",
    }
    assert verdict.fingerprint.startswith("7001:")


def test_only_what_differs_is_sent_and_all_of_it_is_remembered():
    held = deal(title="Камчатка", closedate="2026-08-21T03:00:00+03:00")
    verdict = decide(held, goods(), None, rules())
    assert set(verdict.before) == {"begindate", "UF_CRM_ARTICLE"}
    assert set(verdict.after) == {"title", "begindate", "closedate", "UF_CRM_ARTICLE"}


@pytest.mark.parametrize(
    ("picked", "outcome"),
    [(None, "no_product"), (Several([1, 2]), "conflict"), (Missing([1]), "product_missing")],
)
def test_without_the_one_product_nothing_is_written(picked, outcome):
    held, known = copied()
    verdict = decide(held, picked, known, rules())
    assert (verdict.outcome, verdict.kind, verdict.after) == (outcome, None, None)


@pytest.mark.parametrize(
    ("held", "article"),
    [("1.1", "1.10"), ("12.50", "12.5"), ("007", "7"), ("2026-08-10 10:00", "2026-08-10 12:00")],
)
def test_a_text_that_is_like_another_is_not_that_one(held, article):
    verdict = decide(deal(UF_CRM_ARTICLE=held), goods(tour(ARTICLE=article)), None, rules())
    assert (verdict.before["UF_CRM_ARTICLE"], verdict.after["UF_CRM_ARTICLE"]) == (held, article)


def test_a_name_that_begins_with_the_same_day_is_another_name():
    known = remembered(None, decide(deal(), goods(tour(name="2026-08-10 Фареры")), None, rules()))
    verdict = again(tour(name="2026-08-10 Исландия"), deal(title="2026-08-10 Фареры"), known)
    assert verdict.after["title"] == "2026-08-10 Исландия"


def test_the_portal_that_has_it_all_is_left_alone():
    held, known = copied()
    verdict = again(tour(), held, known)
    assert (verdict.outcome, verdict.kind, verdict.codes) == ("unchanged", None, ())


def test_what_people_change_in_a_deal_stays_while_the_product_is_as_it_was():
    held, known = copied()
    held = held._replace(fields={**held.fields, "closedate": "2026-09-01", "UF_CRM_ARTICLE": "своё"})
    assert again(tour(), held, known).kind is None


def test_a_changed_product_reaches_the_deal_while_it_is_open():
    held, known = copied()
    verdict = again(tour(DATE_END="2026-09-01"), held, known)
    assert verdict.before == {"closedate": "2026-08-21"}
    assert verdict.after["closedate"] == "2026-09-01"


def test_a_product_that_is_not_live_is_copied_once():
    held, known = copied(live=False)
    assert again(tour(DATE_END="2026-09-01"), held, known, live=False).outcome == "unchanged"
    assert again(tour(7002, "Алтай"), held, known, live=False).after["title"] == "Алтай"


def edited(held):
    return held._replace(fields={**held.fields, "title": "Как договорились"})


@pytest.mark.parametrize(
    ("overwrite", "expected"),
    [("until_edited", "Как договорились"), ("always", "Камчатка-2"), ("only_empty", "Как договорились")],
)
def test_a_name_given_by_hand_stays_unless_the_settings_say_otherwise(overwrite, expected):
    held, known = copied()
    verdict = again(tour(name="Камчатка-2"), edited(held), known, title={"overwrite": overwrite})
    assert applied(edited(held), verdict).fields["title"] == expected
    assert ("B24_TITLE_KEPT" in verdict.codes) == (expected == "Как договорились")


def test_a_name_that_is_still_ours_follows_the_product():
    held, known = copied()
    assert again(tour(name="Камчатка-2"), held, known).after["title"] == "Камчатка-2"


def test_another_product_brings_its_name_even_after_an_edit():
    held, known = copied()
    assert again(tour(7002, "Алтай"), edited(held), known).after["title"] == "Алтай"


def test_another_variation_of_the_product_does_not_bring_its_name_after_an_edit():
    held, known = copied()
    verdict = decide(edited(held), goods(offer=variation(DATE_END="2026-08-31")), known, rules())
    assert verdict.after["closedate"] == "2026-08-31"
    assert "title" not in verdict.after


def test_a_name_that_is_kept_once_is_kept_for_ever():
    held, known = copied()
    held = edited(held)
    for name in ("Камчатка-2", "Камчатка-3"):
        verdict = again(tour(name=name), held, known)
        assert verdict.kind is None
        known = remembered(known, verdict)


def test_only_an_empty_name_is_filled_if_the_settings_say_so():
    empty = {"title": {"overwrite": "only_empty"}}
    assert "title" not in decide(deal(), goods(), None, rules(**empty)).after
    assert decide(deal(title=""), goods(), None, rules(**empty)).after["title"] == "Камчатка"


def test_an_own_field_is_emptied_if_it_holds_what_we_wrote():
    held, known = copied(article={"fallback": "none"})
    verdict = again(tour(ARTICLE=None), held, known, article={"fallback": "none"})
    assert verdict.before == {"UF_CRM_ARTICLE": "К-1"}
    assert verdict.after["UF_CRM_ARTICLE"] == ""
    own = held._replace(fields={**held.fields, "UF_CRM_ARTICLE": "своё"})
    assert again(tour(ARTICLE=None), own, known, article={"fallback": "none"}).kind is None


def in_doubt(applied_to, known, product):
    """Send what another state of the product asks for, and lose the answer; ``applied_to``: what is held."""
    verdict = again(product, applied_to, known)
    return applied(applied_to, verdict), known._replace(doubted=verdict.after)


def test_after_a_lost_answer_a_product_that_is_as_before_is_compared_all_the_same():
    held, known = copied()
    held, known = in_doubt(held, known, tour(name="Камчатка-2", DATE_END="2026-09-01"))
    verdict = again(tour(), held, known)
    assert verdict.before == {"title": "Камчатка-2", "closedate": "2026-09-01"}
    assert (verdict.after["title"], verdict.after["closedate"]) == ("Камчатка", "2026-08-21")


def test_a_name_that_was_sent_and_never_confirmed_is_no_persons():
    held, known = copied()
    held, known = in_doubt(held, known, tour(name="Камчатка-2"))
    assert again(tour(name="Камчатка-3"), held, known).after["title"] == "Камчатка-3"
    assert "title" not in again(tour(name="Камчатка-3"), edited(held), known).after


def test_a_field_that_may_hold_what_we_sent_is_emptied():
    none = {"article": {"fallback": "none"}}
    held, known = copied(**none)
    known = known._replace(written={}, doubted={"UF_CRM_ARTICLE": "К-1"})
    assert again(tour(ARTICLE=None), held, known, **none).after["UF_CRM_ARTICLE"] == ""


def test_days_are_never_emptied():
    held, known = copied()
    verdict = again(tour(DATE_END=None, DATE_START=None), held, known)
    assert verdict.kind is None


def test_a_day_that_does_not_read_is_told_and_the_deal_stands_as_unreadable():
    held, known = copied()
    verdict = again(tour(DATE_END="летом"), held, known)
    assert (verdict.outcome, verdict.codes) == ("unreadable", ("B24_BAD_TRIP_DATE",))
    later = again(tour(DATE_END="летом"), held, remembered(known, verdict))
    assert (later.outcome, later.codes, later.details) == ("unchanged", ("B24_BAD_TRIP_DATE",), {})


@pytest.mark.parametrize("semantic", ["S", "F"])
def test_a_closed_deal_is_frozen(semantic):
    held, known = copied()
    verdict = again(tour(DATE_END="2026-09-01"), held._replace(semantic=semantic), known)
    assert (verdict.outcome, verdict.kind, verdict.codes) == ("frozen", None, ())


def won(**fields):
    """Let a deal be won before its trip: the portal has put today in the place of the trip's last day."""
    held, known = copied()
    told = {"closedate": "2026-03-02T03:00:00+03:00", "movedTime": "2026-03-02T17:41:09+03:00", **fields}
    return held._replace(semantic="S", fields={**held.fields, **told}), known


def test_a_close_date_that_winning_has_overwritten_is_told():
    verdict = again(tour(), *won())
    assert (verdict.outcome, verdict.kind) == ("frozen", None)
    assert verdict.codes == ("B24_CLOSEDATE_OVERWRITTEN",)


def test_a_close_date_that_winning_has_overwritten_is_repaired_if_that_is_wanted():
    held, known = won()
    verdict = again(tour(), held, known, dates={"repair_closedate": True})
    assert (verdict.outcome, verdict.kind) == ("repaired", "repair_closedate")
    assert (verdict.before, verdict.after) == (
        {"closedate": "2026-03-02T03:00:00+03:00"},
        {"closedate": "2026-08-21"},
    )
    assert again(
        tour(), applied(held, verdict), remembered(known, verdict), dates={"repair_closedate": True}
    ).outcome == "frozen"  # fmt: skip


def test_a_date_that_was_only_told_is_repaired_when_that_is_wanted_later():
    held, known = won()
    frozen = remembered(known, again(tour(), held, known))._replace(codes=["B24_CLOSEDATE_OVERWRITTEN"])
    assert again(tour(), held, frozen).codes == ()
    verdict = again(tour(), held, frozen, dates={"repair_closedate": True})
    assert (verdict.kind, verdict.after) == ("repair_closedate", {"closedate": "2026-08-21"})
    told = frozen._replace(codes=["B24_CLOSEDATE_REPAIRED"])
    assert again(tour(), held, told, dates={"repair_closedate": True}).kind is None


@pytest.mark.parametrize(
    "fields", [{"closedate": "2026-05-05"}, {"closedate": None}, {"closedate": "2026-08-21"}]
)
def test_a_close_date_that_a_person_chose_is_not_repaired(fields):
    assert again(tour(), *won(**fields), dates={"repair_closedate": True}).kind is None


def test_a_lost_deal_is_not_repaired():
    held, known = won()
    assert again(tour(), held._replace(semantic="F"), known, dates={"repair_closedate": True}).kind is None


def test_a_deal_opened_again_gets_back_the_days_of_its_trip():
    held, known = won()
    frozen = remembered(known, again(tour(), held, known))
    verdict = again(tour(), held._replace(semantic="P"), frozen._replace(fingerprint=known.fingerprint))
    assert verdict.before == {"closedate": "2026-03-02T03:00:00+03:00"}


def test_the_day_that_was_sent_last_is_the_one_that_is_repaired():
    held, known = won()
    known = known._replace(doubted={"closedate": "2026-09-01"})
    verdict = again(tour(), held, known, dates={"repair_closedate": True})
    assert verdict.after == {"closedate": "2026-09-01"}


TEXTS = st.sampled_from([None, "", "Камчатка", "Заявка", "К-1", "Алтай", "0", "<b>Тур</b>", "я" * 300])
DAYS = st.sampled_from([None, "летом", "2026-08-10", "10.08.2026 00:00:00", "2026-08-21T00:00:00+03:00"])
PRODUCTS = st.builds(
    lambda number, name, start, end, article, at: tour(
        number, name, DATE_START=start, DATE_END=end, ARTICLE=article
    )._replace(changed_at=at),
    st.sampled_from([7001, 7002]), TEXTS, DAYS, DAYS, TEXTS, st.sampled_from(["1", "2"]),
)  # fmt: skip
DEALS = st.builds(
    lambda semantic, title, day, begin, code, moved: deal(
        semantic=semantic, title=title, closedate=day, begindate=begin, UF_CRM_ARTICLE=code, movedTime=moved
    ),
    st.sampled_from("PPSF"), TEXTS, DAYS, DAYS, TEXTS, DAYS,
)  # fmt: skip
SETTINGS = st.fixed_dictionaries(
    {
        "live": st.booleans(),
        "title": st.fixed_dictionaries(
            {"overwrite": st.sampled_from(["until_edited", "always", "only_empty"]), "copy": st.booleans()}
        ),
        "dates": st.fixed_dictionaries(
            {"repair_closedate": st.booleans(), "closedate": st.sampled_from(["end", "start", "off"])}
        ),
    }
)
WRITTEN = st.dictionaries(
    st.sampled_from(["title", "closedate", "UF_CRM_ARTICLE"]), st.sampled_from(["Камчатка", "К-1"])
)
KNOWN = st.none() | st.builds(
    Known,
    st.sampled_from(["copied", "failed", "frozen", "conflict"]),
    st.none() | st.sampled_from(["7001:old", "7002:old"]),
    WRITTEN,
    st.just({}) | WRITTEN,
)


@given(DEALS, PRODUCTS, KNOWN, SETTINGS)
def test_what_is_done_is_not_done_again(held, product, known, settings):
    verdict = again(product, held, known, **settings)
    after, remembers = applied(held, verdict), remembered(known, verdict)
    assert again(product, after, remembers, **settings).kind is None
    other_version = product._replace(changed_at="another")  # of the same values
    assert again(other_version, after, remembers, **settings).kind is None


@given(DEALS, PRODUCTS, KNOWN, SETTINGS)
def test_a_closed_deal_is_written_to_only_to_repair_its_date(held, product, known, settings):
    verdict = again(product, held, known, **settings)
    if held.semantic == "P" or verdict.kind is None:
        return
    assert (held.semantic, verdict.kind, set(verdict.before)) == ("S", "repair_closedate", {"closedate"})
    assert settings["dates"]["repair_closedate"]


@given(PRODUCTS, st.lists(PRODUCTS, max_size=4), SETTINGS)
def test_a_name_given_by_hand_stays_as_long_as_the_product_does(first, versions, settings):
    settings = {**settings, "title": {"overwrite": "until_edited", "copy": True}}
    verdict = again(first, deal(), None, **settings)
    held, known = applied(deal(), verdict), remembered(None, verdict)
    held = held._replace(fields={**held.fields, "title": "Как договорились"})
    for version in versions:
        verdict = again(version._replace(product_id=first.product_id), held, known, **settings)
        held, known = applied(held, verdict), remembered(known, verdict)
        assert held.fields["title"] == "Как договорились"
