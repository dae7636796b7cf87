"""The life cycle of an order in Calltouch, step by step (calltouch 6, 10, 11)."""

from decimal import Decimal
from uuid import UUID

import pytest

from include.calltouch_orders.decide import Decision, decide
from include.calltouch_orders.order import KnownDeal, Order, Sale
from tests.include.calltouch_orders.orders import (
    BUYER,
    OTHER,
    SHOP,
    at,
    carried_out,
    created,
    line,
    main_account,
    order,
    sale,
    settings_of,
    shipped,
)

SETTINGS = settings_of()
BASE = UUID("02f3aedc-c339-11ed-80d6-2c44fd8322a7")


def decided(about: Order, mode="auto", settings=SETTINGS, account=None, **given) -> Decision:
    return decide(about, account or main_account(settings), settings, mode, **given)


def sent(about: Order, **given) -> dict:
    decision = decided(about, **given)
    assert decision.after is not None, decision
    return decision.after


# A change that Calltouch has refused


def refused_change(**changes) -> KnownDeal:
    return created(**changes)._replace(state="rejected")


@pytest.mark.parametrize("mode", ["send_one", "send_period", "check_one"])
def test_a_deal_whose_change_was_refused_is_changed_by_hand_and_never_made_again(mode):
    decision = decided(order(deal=refused_change(), sale=sale("1760.00", "1003.71")), mode)
    assert (decision.kind, decision.outcome, decision.state) == ("update", "shipped", None)
    assert decision.before["status"] == "Оформлен заказ"
    assert "matching" not in decision.after


def test_a_refused_change_of_a_shipped_deal_goes_on_with_its_sums():
    known = shipped("1760.00")._replace(state="rejected")
    about = order(deal=known, sale=sale("1000.00", "500.00"))
    decision = decided(about, "send_one")
    assert (decision.kind, decision.codes) == ("update", ["SUMS_CHANGED"])
    assert carried_out(about, decision).deal.state == "shipped"
    assert decided(carried_out(about, decision)).outcome == "unchanged"


def test_a_refused_change_is_left_alone_by_schedule_and_is_no_shipment_without_a_deal():
    decision = decided(order(deal=refused_change(), sale=sale("1760.00")))
    assert (decision.outcome, decision.kind, decision.codes) == ("refused", None, ())


def test_a_deal_that_was_refused_when_it_was_new_is_made_by_hand():
    assert decided(order(deal=KnownDeal("rejected")), "send_one").kind == "create"


# New orders


def test_a_new_order_becomes_a_deal_with_all_it_has():
    rules = [{"organisation": "shop", "lead_tag": "ЕР", "funnel_name": "Магазин ЕР"}]
    lines = [line("Товар"), line("Масла розлив")]
    decision = decided(order(lines=lines), settings=settings_of(rules))
    assert (decision.outcome, decision.kind, decision.state) == ("created", "create", "create_pending")
    assert (decision.codes, decision.before) == (["ORDER_CREATED"], None)
    assert decision.after == {
        "matching": [
            {
                "type": "leadContact",
                "leadContactParams": {
                    "phones": ["79210001122"],
                    "emails": ["ivan@example.org"],
                    "date": "15-03-2026 17:21:44",
                    "tags": ["ЕР"],
                    "tagsLogic": "and",
                    "leadTypeToMatch": "nearest",
                    "searchDepth": 262800,
                },
            },
            {"type": "withoutSource"},
        ],
        "orderNumber": "2c55a318-c2ed-11ed-80d6-2c44fd8322a7",
        "orderName": "Заказ покупателя ЕР00-000123 от 15.03.2026 17:21:44",
        "funnel": "Магазин ЕР",
        "status": "Оформлен заказ",
        "statusDate": "15-03-2026 17:21:44",
        "orderDate": "15-03-2026 17:21:44",
        "currency": "rub",
        "revenue": "1760.00",
        "manager": "Петров П. П.",
        "orderContacts": {
            "mainContacts": {
                "fio": "ООО Ромашка",
                "phoneNumber": "79210001122",
                "email": "ivan@example.org",
            }
        },
        "addTags": [{"tag": "Масла розлив"}, {"tag": "Товар"}],
    }


def test_an_unposted_order_counts_too():
    assert decided(order(posted=False)).kind == "create"


def test_an_edit_after_creation_sends_nothing():
    edited = order(
        deal=created(),
        total=Decimal("9999.00"),
        manager="Другой",
        ordered_at=at("2026-04-01 10:00:00"),
        phones=["79210009999"],
        lines=[line("Шины")],
        posted=False,
        title="Другое",
    )
    assert decided(edited) == Decision("unchanged")


def test_all_phones_and_emails_go_into_matching_and_those_after_the_first_into_other_contacts():
    about = order(phones=["79210001122", "79210002233", "74950001122"], emails=[])
    element = sent(about)
    lead = element["matching"][0]["leadContactParams"]
    assert lead["phones"] == ["79210001122", "79210002233", "74950001122"]
    assert "emails" not in lead
    assert element["orderContacts"] == {
        "mainContacts": {"fio": "ООО Ромашка", "phoneNumber": "79210001122"},
        "otherContacts": {"phoneNumber": ["79210002233", "74950001122"]},
    }


@pytest.mark.parametrize("contacts", [{"phones": []}, {"emails": []}])
def test_a_phone_or_an_email_alone_is_enough(contacts):
    assert decided(order(**contacts)).outcome == "created"


def test_an_order_without_contacts_is_skipped_once_and_never_sent_by_itself():
    about = order(phones=[], emails=[])
    decision = decided(about)
    assert decision == Decision("skipped_no_contact", ["NO_CONTACT"], state="skipped_no_contact")
    later = carried_out(about, decision)
    assert decided(later) == Decision("skipped_no_contact")
    filled = later._replace(phones=["79210001122"])
    assert decided(filled) == Decision("skipped_no_contact")
    assert [decided(filled, mode).outcome for mode in ("send_one", "send_period")] == ["created", "created"]


def test_without_a_lead_tag_leads_are_not_restricted():
    assert not {"tags", "tagsLogic"} & set(sent(order())["matching"][0]["leadContactParams"])


def test_what_is_empty_is_left_out():
    element = sent(order(manager=None, contractor=None, emails=[], lines=[]))
    assert not {"manager", "addTags", "margin"} & set(element)
    assert element["orderContacts"] == {"mainContacts": {"phoneNumber": "79210001122"}}


def test_tags_of_goods_are_sent_only_where_the_account_wants_them():
    plain = main_account(SETTINGS, send_nomenclature_kinds_as_tags=False)
    about = order(lines=[line("Шины")])
    assert "addTags" not in sent(about, account=plain)
    assert "addTags" not in sent(about._replace(deal=created(), sale=sale("1.00")), account=plain)


def test_an_order_that_fits_no_rule_goes_without_a_funnel_and_that_is_told():
    decision = decided(
        order(), settings=settings_of([{"funnel_name": "F", "conditions": {"nomenclature": "x"}}])
    )
    assert decision.after is not None
    assert "funnel" not in decision.after
    assert decision.codes == ["ORDER_CREATED", "NO_FUNNEL_RULE"]


def test_long_texts_are_cut_and_that_is_told():
    about = order(title="т" * 300, contractor="к" * 256, manager="м" * 101, lines=[line("в" * 102)])
    decision = decided(about, settings=settings_of([{"funnel_name": "ф" * 103}]))
    element = decision.after or {}
    assert [len(element[name]) for name in ("orderName", "manager", "funnel")] == [255, 100, 100]
    assert decision.codes == ["ORDER_CREATED", "TEXT_CUT"]
    assert decision.details["cut"] == {
        "orderName": 300,
        "funnel": 103,
        "manager": 101,
        "fio": 256,
        "tag": 102,
    }


def test_a_create_that_did_not_come_to_an_end_is_planned_again_as_the_order_is_now():
    pending = order(deal=KnownDeal("create_pending"), total=Decimal("5.00"))
    assert sent(pending)["revenue"] == "5.00"
    assert decided(pending).kind == "create"


def test_the_hash_tells_two_payloads_apart_and_only_those():
    assert decided(order()).payload_hash == decided(order(posted=False)).payload_hash
    assert decided(order()).payload_hash != decided(order(total=Decimal("5.00"))).payload_hash


# Which orders are sent at all


@pytest.mark.parametrize(
    ("changes", "settings", "outcome", "codes"),
    [
        ({"deleted": True}, {}, "skipped", []),
        ({"ordered_at": at("2025-12-31 23:59:59")}, {}, "skipped", ["BEFORE_GO_LIVE"]),
        ({"ordered_at": at("2026-01-01 00:00:00")}, {}, "created", ["ORDER_CREATED"]),
        ({"base_order_ref": BASE}, {}, "created", ["ORDER_CREATED"]),
        ({"base_order_ref": BASE}, {"skip_derived_orders": True}, "skipped", ["DERIVED_ORDER"]),
        ({}, {"skip_derived_orders": True}, "created", ["ORDER_CREATED"]),
        ({}, {"stop_list": {"contractors": [str(BUYER)]}}, "skipped", ["STOP_LISTED"]),
        ({}, {"stop_list": {"phones": ["8 921 000-11-22"]}}, "created", ["ORDER_CREATED", "STOP_LISTED"]),
        (
            {"emails": []},
            {"stop_list": {"phones": ["8 921 000-11-22"]}},
            "skipped_no_contact",
            ["NO_CONTACT", "STOP_LISTED"],
        ),
    ],
)
def test_which_orders_become_deals(changes, settings, outcome, codes):
    decision = decided(order(**changes), settings=settings_of(**settings))
    assert (decision.outcome, list(decision.codes)) == (outcome, codes)


def test_a_phone_of_the_stop_list_is_not_matched_by():
    settings = settings_of(stop_list={"phones": ["8 921 000-11-22"]})
    element = sent(order(phones=["79210001122", "79210002233"]), settings=settings)
    assert element["matching"][0]["leadContactParams"]["phones"] == ["79210002233"]
    assert element["orderContacts"]["mainContacts"]["phoneNumber"] == "79210002233"


def test_the_first_day_of_the_exchange_is_a_day_of_the_1c_base():
    settings = settings_of(onec={"onec_tz": "Asia/Vladivostok"})
    assert decided(order(ordered_at=at("2025-12-31 17:00:00")), settings=settings).outcome == "created"


def test_an_organisation_without_a_rule_is_not_synchronised_and_a_person_is_told_so():
    settings = settings_of([{"organisation": "service", "funnel_name": "F"}])
    about = order(sale=sale("10.00"))
    assert decided(about, settings=settings) == Decision("skipped", [])
    assert decided(about, "send_one", settings=settings).codes == ["NO_EXCHANGE_RULE"]
    assert decided(order(organisation_ref=OTHER), settings=settings_of()).outcome == "created"


def test_only_a_document_that_a_person_named_may_be_older_than_the_exchange():
    old = order(ordered_at=at("2025-06-01 10:00:00"))
    outcomes = {mode: decided(old, mode).outcome for mode in ("auto", "send_period", "send_one", "check_one")}
    assert outcomes == {
        "auto": "skipped",
        "send_period": "skipped",
        "send_one": "created",
        "check_one": "created",
    }


def test_a_rejected_order_is_tried_again_only_by_hand():
    rejected = order(deal=KnownDeal("rejected"))
    assert decided(rejected) == Decision("refused")
    assert [decided(rejected, mode).kind for mode in ("send_one", "send_period")] == ["create", "create"]


@pytest.mark.parametrize("state", ["rejected", "skipped_no_contact"])
def test_a_shipment_of_an_order_without_a_deal_is_told_and_sends_nothing(state):
    decision = decided(order(deal=KnownDeal(state), sale=sale("10.00")))
    assert decision == Decision("no_deal", ["SHIPMENT_WITHOUT_DEAL"], {"state": state})


def test_a_shipment_of_an_order_older_than_the_exchange_is_told_and_sends_nothing():
    old = order(ordered_at=at("2025-06-01 10:00:00"), sale=sale("10.00"))
    assert decided(old) == Decision("no_deal", ["SHIPMENT_WITHOUT_DEAL", "BEFORE_GO_LIVE"])


def test_a_deal_there_is_lives_on_whatever_the_settings_say_of_new_ones():
    settings = settings_of(skip_derived_orders=True, stop_list={"contractors": [str(BUYER)]})
    about = order(base_order_ref=BASE, deal=created(), sale=sale("10.00"))
    assert decided(about, settings=settings).outcome == "shipped"


# Shipments and returns


def test_the_first_shipment_changes_the_status_and_the_sums():
    about = order(deal=created(), sale=sale("1760.00", "1003.71", last="2026-03-17 09:30:00"))
    decision = decided(about)
    assert (decision.outcome, decision.kind, decision.codes) == ("shipped", "update", ["ORDER_SHIPPED"])
    assert decision.after == {
        "orderNumber": "2c55a318-c2ed-11ed-80d6-2c44fd8322a7",
        "status": "Заказ отгружен",
        "statusDate": "16-03-2026 12:00:00",
        "updateDate": "17-03-2026 09:30:00",
        "revenue": "1760.00",
        "margin": "1003.71",
        "currency": "rub",
        "manager": "Петров П. П.",
    }
    assert decision.before == {
        "status": "Оформлен заказ",
        "statusDate": "15-03-2026 17:21:44",
        "revenue": "1760.00",
        "margin": None,
        "manager": "Петров П. П.",
    }


def test_an_empty_work_order_gets_its_funnel_and_tags_when_it_is_shipped():
    rules = [
        {"funnel_name": "Остальное"},
        {"funnel_name": "Масла", "conditions": {"nomenclature_kind": "Масла"}},
    ]
    settings = settings_of(rules)
    empty = order(kind="work_order", total=Decimal(0), lines=[])
    first = decided(empty, settings=settings)
    assert (first.after or {})["revenue"] == "0.00"
    filled = carried_out(empty, first)._replace(lines=[line("Масла")], sale=sale("500.00", "90.00"))
    element = sent(filled, settings=settings)
    assert (element["funnel"], element["revenue"]) == ("Масла", "500.00")
    assert element["addTags"] == {"overwrite": True, "tags": [{"tag": "Масла"}]}


def test_a_funnel_that_is_the_same_is_not_sent_again():
    assert "funnel" not in sent(order(deal=created(), sale=sale("1.00")))
    assert sent(order(deal=created(sent_funnel="Другая"), sale=sale("1.00")))["funnel"] == "Остальное"


def test_a_funnel_once_given_stays_when_no_rule_fits_any_more():
    settings = settings_of([{"funnel_name": "F", "conditions": {"nomenclature": "x"}}])
    decision = decided(order(deal=created(), sale=sale("1.00")), settings=settings)
    assert "funnel" not in (decision.after or {})
    assert "NO_FUNNEL_RULE" not in decision.codes


def test_tags_may_be_added_and_not_replaced():
    about = order(deal=created(sent_tags=["Шины"]), sale=sale("1.00"), lines=[line("Масла")])
    settings = settings_of(replace_tags=False)
    decision = decided(about, settings=settings)
    assert (decision.after or {})["addTags"] == {"overwrite": False, "tags": [{"tag": "Масла"}]}
    known = carried_out(about, decision).deal
    assert known is not None
    assert known.sent_tags == ["Масла", "Шины"]


def test_the_second_of_two_partial_shipments_changes_the_sums_alone():
    about = order(deal=created(), sale=sale("1000.00", "400.00"))
    first = decided(about)
    both = carried_out(about, first)._replace(sale=sale("1760.00", "1003.71", last="2026-03-20 10:00:00"))
    decision = decided(both)
    assert (decision.outcome, decision.codes) == ("changed", ["SUMS_CHANGED"])
    assert decision.after == {
        "orderNumber": "2c55a318-c2ed-11ed-80d6-2c44fd8322a7",
        "updateDate": "20-03-2026 10:00:00",
        "revenue": "1760.00",
        "margin": "1003.71",
    }
    assert decision.before == {"revenue": "1000.00", "margin": "400.00"}
    assert decided(carried_out(both, decision)) == Decision("unchanged")


@pytest.mark.parametrize(
    ("left", "margin", "revenue", "told"),
    [
        ("760.00", "303.71", "760.00", "303.71"),
        ("0.00", "0.00", "0.00", "0.00"),
        ("100.00", "-50.00", "100.00", "-50.00"),
    ],
)
def test_a_return_changes_the_sums_and_keeps_the_status(left, margin, revenue, told):
    element = sent(order(deal=shipped(), sale=sale(left, margin, last="2026-04-01 10:00:00")))
    assert element == {
        "orderNumber": "2c55a318-c2ed-11ed-80d6-2c44fd8322a7",
        "updateDate": "01-04-2026 10:00:00",
        "revenue": revenue,
        "margin": told,
    }


def test_returns_that_exceed_the_shipments_leave_zero_and_that_is_told():
    about = order(deal=shipped(), sale=sale("-10.00", "-7.00"))
    decision = decided(about)
    assert ((decision.after or {})["revenue"], (decision.after or {})["margin"]) == ("0.00", "0.00")
    assert decision.codes == ["SUMS_CHANGED", "NEGATIVE_CLAMPED"]
    assert decided(carried_out(about, decision)) == Decision("unchanged")


def test_a_return_before_the_shipment_was_sent_leaves_one_update_with_what_is_left():
    about = order(deal=created(), sale=sale("760.00", "303.71"))
    decision = decided(about)
    assert (decision.outcome, (decision.after or {})["revenue"]) == ("shipped", "760.00")
    assert decided(carried_out(about, decision)) == Decision("unchanged")


def test_a_full_return_before_the_shipment_was_sent_is_shipped_for_nothing():
    element = sent(order(deal=created(), sale=sale("0.00", "0.00")))
    assert (element["status"], element["revenue"], element["margin"]) == ("Заказ отгружен", "0.00", "0.00")


def test_a_shipment_unposted_again_takes_the_sums_and_leaves_the_status():
    unposted = Sale(last_document_at=at("2026-03-16 12:00:00"))
    about = order(deal=shipped(), sale=unposted)
    decision = decided(about)
    assert decision.codes == ["SUMS_CHANGED", "UNPOSTED_AFTER_SHIPMENT"]
    assert (decision.after or {}) == {
        "orderNumber": "2c55a318-c2ed-11ed-80d6-2c44fd8322a7",
        "updateDate": "16-03-2026 12:00:00",
        "revenue": "0.00",
        "margin": "0.00",
    }
    again = carried_out(about, decision)
    assert decided(again) == Decision("unchanged")
    assert sent(again._replace(sale=sale("1760.00", "1003.71")))["revenue"] == "1760.00"


def test_a_shipment_unposted_before_it_was_sent_leaves_the_order_as_it_was():
    assert decided(order(deal=created(), sale=Sale())) == Decision("unchanged")


def test_a_profit_not_known_is_left_out_and_told():
    decision = decided(order(deal=created(), sale=sale("1760.00")))
    assert "margin" not in (decision.after or {})
    assert decision.codes == ["ORDER_SHIPPED", "MARGIN_UNKNOWN"]


def test_a_profit_known_later_is_sent_and_one_no_longer_known_changes_nothing():
    assert sent(order(deal=shipped(margin=None), sale=sale("1760.00", "1003.71")))["margin"] == "1003.71"
    assert decided(order(deal=shipped(), sale=sale("1760.00"))) == Decision("unchanged")
    partly = decided(order(deal=shipped(), sale=sale("1000.00")))
    assert "margin" not in (partly.after or {})
    assert partly.codes == ["SUMS_CHANGED", "MARGIN_UNKNOWN"]


def test_sums_that_differ_below_a_kopeck_are_the_same():
    assert decided(order(deal=shipped(), sale=sale("1760.0049", "1003.7051"))) == Decision("unchanged")


def test_an_order_shipped_before_it_was_seen_is_created_then_shipped_then_left_alone():
    about, outcomes = order(sale=sale("1760.00", "1003.71")), []
    for _ in range(3):
        decision = decided(about)
        about = carried_out(about, decision)
        outcomes.append(decision.outcome)
    assert outcomes == ["created", "shipped", "unchanged"]


# Readings that the owner may choose


def test_a_new_deal_may_begin_at_zero():
    settings = settings_of(create_revenue="zero")
    assert sent(order(), settings=settings)["revenue"] == "0.00"


def test_a_negative_document_is_sent_as_zero_and_that_is_told():
    decision = decided(order(total=Decimal("-5.00")))
    assert ((decision.after or {})["revenue"], decision.codes) == (
        "0.00",
        ["ORDER_CREATED", "NEGATIVE_CLAMPED"],
    )


def test_another_currency_is_converted_by_the_documents_rate():
    decision = decided(order(currency="USD", rate=Decimal("92.505800"), total=Decimal("100.00")))
    element = decision.after or {}
    assert (element["revenue"], element["currency"]) == ("9250.58", "rub")
    assert decision.codes == ["ORDER_CREATED", "CURRENCY_CONVERTED"]
    assert decision.details["currency"] == {"code": "USD", "rate": "92.5058"}


def test_dates_are_sent_in_the_zone_of_the_settings():
    settings = settings_of(calltouch_tz="Asia/Yekaterinburg")
    element = sent(order(), settings=settings)
    assert element["orderDate"] == "15-03-2026 19:21:44"
    assert element["matching"][0]["leadContactParams"]["date"] == "15-03-2026 19:21:44"


def test_how_a_lead_is_looked_for_is_a_setting():
    settings = settings_of(lead_type_to_match="nearestUniq", search_depth=120)
    lead = sent(order(), settings=settings)["matching"][0]["leadContactParams"]
    assert (lead["leadTypeToMatch"], lead["searchDepth"]) == ("nearestUniq", 120)


def test_a_deletion_sends_nothing_by_itself():
    assert decided(order(deal=created(), deleted=True)) == Decision("unchanged")
    assert decided(order(deal=created(), posted=False)) == Decision("unchanged")


def test_a_deletion_may_have_a_status_of_its_own_and_taking_it_off_gives_the_old_one_back():
    settings = settings_of(deleted_status="Удалён")
    for deal, status in ((created(), "Оформлен заказ"), (shipped(), "Заказ отгружен")):
        what = sale("1760.00", "1003.71") if deal.state == "shipped" else Sale()
        about = order(deal=deal, deleted=True, sale=what)
        decision = decided(about, settings=settings)
        assert ((decision.after or {})["status"], decision.codes) == ("Удалён", ["STATUS_CHANGED"])
        gone = carried_out(about, decision)
        assert decided(gone, settings=settings) == Decision("unchanged")
        assert sent(gone._replace(deleted=False), settings=settings)["status"] == status


def test_a_deleted_order_is_not_shipped_and_a_restored_one_is():
    settings = settings_of(deleted_status="Удалён")
    about = order(deal=created(sent_status="Удалён"), deleted=True, sale=sale("10.00"))
    assert decided(about, settings=settings) == Decision("unchanged")
    assert decided(about._replace(deleted=False), settings=settings).outcome == "shipped"


def test_a_lead_is_looked_for_anew_only_when_a_person_asks():
    about = order(deal=shipped(), sale=sale("1760.00", "1003.71"))
    assert decided(about, "send_one") == Decision("unchanged")
    decision = decided(about, "send_one", rematch=True)
    assert (decision.outcome, decision.kind, decision.codes) == ("changed", "update", ["REMATCHED"])
    assert set(decision.after or {}) == {"orderNumber", "reMatching"}
    assert (decision.after or {})["reMatching"] == sent(order())["matching"]
    with_shipment = decided(order(deal=created(), sale=sale("5.00")), "send_one", rematch=True)
    assert with_shipment.outcome == "shipped"
    assert {"status", "reMatching"} <= set(with_shipment.after or {})


def test_a_lead_cannot_be_looked_for_without_contacts():
    about = order(deal=created(), phones=[], emails=[])
    assert decided(about, "send_one", rematch=True) == Decision("unchanged", ["NO_CONTACT"])


def test_a_new_order_has_its_lead_looked_for_anyway():
    assert "reMatching" not in sent(order(organisation_ref=SHOP), mode="send_one", rematch=True)


def test_each_account_has_a_deal_of_its_own_by_its_own_rules():
    settings = settings_of(
        [{"funnel_name": "Первый"}, {"account": "second", "funnel_name": "Второй", "lead_tag": "Б"}]
    )
    first, other = (sent(order(), settings=settings, account=account) for account in settings.accounts)
    assert [first["funnel"], other["funnel"]] == ["Первый", "Второй"]
    assert "tags" not in first["matching"][0]["leadContactParams"]
    assert other["matching"][0]["leadContactParams"]["tags"] == ["Б"]
