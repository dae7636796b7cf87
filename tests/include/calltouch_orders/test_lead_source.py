"""What is kept of the record that a source was read from (calltouch 4)."""

from include.calltouch_orders.lead_source import kept


def test_ids_dates_and_source_are_kept_and_nothing_that_is_about_a_person() -> None:
    call = {
        "callId": 79210001122,
        "date": "20/03/2026 10:00:00",
        "callerNumber": 79210001122,
        "phoneNumber": "70000000001",
        "source": "google",
        "manager": "Ольга",
        "client": {"fio": "Ольга", "phones": [79210001122]},
        "orders": [{"orderNumber": "x"}],
    }
    assert kept(call) == {"callId": 79210001122, "date": "20/03/2026 10:00:00", "source": "google"}


def test_groups_stay_groups_and_only_their_named_fields() -> None:
    record = {
        "orderNumber": "2c55a318-c2ed-11ed-80d6-2c44fd8322a7",
        "visit": {"utmSource": "ya", "city": "Тверь", "ip": "192.0.2.1", "sessionId": 5},
        "orderSource": {"type": "CALL", "callId": 7, "formName": "Ольга, 8 921 000-11-22"},
        "session": None,
    }
    assert kept(record) == {
        "orderNumber": "2c55a318-c2ed-11ed-80d6-2c44fd8322a7",
        "orderSource": {"type": "CALL", "callId": 7},
        "visit": {"sessionId": 5, "utmSource": "ya"},
    }


def test_a_contact_typed_into_a_query_is_masked_be_it_a_number() -> None:
    session = {"keyword": 79210001122, "utmTerm": "olga@example.org", "source": {"phone": "79210001122"}}
    assert kept({"session": session}) == {
        "session": {"keyword": "+7921***1122", "utmTerm": "o***@example.org"}
    }
