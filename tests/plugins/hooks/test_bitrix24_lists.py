"""A list is read from end to end, or not given as whole: every way a chain of pages can go."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.bitrix24.commands import Command
from include.bitrix24.replies import Blocked, Done, NotRun, Refused, Reply
from include.errors import AccessDenied, RejectedByVendor, TemporaryVendorError, WindowSpent
from plugins.hooks.bitrix24_lists import BrokenReading, Chunk, Listing, UnknownField, read
from tests.plugins.hooks.bitrix24_portal import PAGE, Batcher, Listed, closed, stumbled, unwell

DEALS = Listing(
    "crm.item.list",
    {"stageSemanticId": "S"},
    ("id", "title"),
    params={"entityTypeId": 2, "useOriginalUfNames": "Y"},
)


def ids_of(chunks: Iterator[Chunk] | list[Chunk], listing: Listing = DEALS) -> list[int]:
    return [listing.id_of(row) for chunk in chunks for row in chunk.rows]


def portal_of(ids: list[int], **options: Any) -> tuple[Batcher, Listed]:
    listed = Listed(ids, **options)
    return Batcher(listed), listed


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 99, 100, 2499, 2500, 2501, 5003])
@pytest.mark.parametrize("knows_head", [True, False])
def test_every_row_comes_once_and_in_order(count: int, knows_head: bool) -> None:
    ids = [7 * n + 3 for n in range(count)]
    portal, _ = portal_of(ids)
    head = (ids[-1] if ids else 0) if knows_head else None
    chunks = list(read(portal, DEALS, 0, head))
    assert ids_of(chunks) == ids
    assert not chunks or chunks[-1].is_last
    assert not any(chunk.is_last for chunk in chunks[:-1])


def test_200_thousand_rows_take_80_requests_and_the_head_spares_the_81st() -> None:
    portal, listed = portal_of([])
    listed.ids = list(range(1, 200_001))
    portal.answer = by_number(200_000)
    chunks = list(read(portal, DEALS, 0, 200_000))
    assert len(portal.requests) == len(chunks) == 80
    assert {len(chunk.rows) for chunk in chunks} == {2500}
    assert chunks[-1].is_last
    portal.requests.clear()
    assert sum(len(chunk.rows) for chunk in read(portal, DEALS, 0, None)) == 200_000
    assert len(portal.requests) == 81


def by_number(count: int) -> Any:
    """Answer from a list of all numbers up to one, without holding it."""

    def answer(key: str, command: Command) -> Reply:
        after = command.params["filter"][">id"]
        if not isinstance(after, int):
            return Refused("INVALID_ARG_VALUE", "bad")
        return Done({"items": [{"id": n, "title": ""} for n in range(after + 1, min(after + 50, count) + 1)]})

    return answer


def test_a_flat_list_of_texts_in_capitals_is_read_alike() -> None:
    """``crm.contact.list`` and ``crm.stagehistory.list`` spell their ids their own ways (2.4, 2.7)."""
    portal, listed = portal_of(list(range(1, 161)), items=None, id_key="ID")
    listed.fields = {}
    chunks = list(read(portal, Listing("crm.contact.list", select=("ID",), items=None, id_key="ID"), 0, None))
    assert ids_of(chunks, Listing("", id_key="ID")) == list(range(1, 161))
    assert len(portal.requests) == 1


def test_ids_may_be_texts() -> None:
    bad = Refused("INVALID_ARG_VALUE", "Invalid filter")
    portal = Batcher(lambda key, command: Done([{"ID": "5"}, {"ID": "12"}]) if key == "p01" else bad)
    (chunk,) = read(portal, Listing("crm.contact.list", items=None, id_key="ID"), 0, None)
    assert (chunk.last_id, chunk.pages, chunk.is_last) == (12, 1, True)


def test_a_reading_goes_on_from_where_it_was_left() -> None:
    portal, _ = portal_of(list(range(1, 6001)))
    first = next(read(portal, DEALS, 0, 6000))
    rest = list(read(portal, DEALS, first.last_id, 6000))
    assert ids_of([first, *rest]) == list(range(1, 6001))


def test_a_reading_that_has_reached_its_head_asks_for_nothing() -> None:
    portal, _ = portal_of([1, 2, 3])
    assert list(read(portal, DEALS, 3, 3)) == []
    assert portal.requests == []


def test_a_method_closed_at_the_second_request_stops_nothing_but_the_pace() -> None:
    """A library ends such a list normally, with 2,550 rows of 5,000 (bitrix24 5)."""
    portal, _ = portal_of(list(range(1, 5001)))
    portal.troubles["p02"] = [Done({"items": []}), closed()]
    portal.troubles["p02"].pop(0)  # the first request is whole
    reading = read(portal, DEALS, 0, 5000)
    rows = ids_of([next(reading)])
    assert rows == list(range(1, 51))  # the page before the block is kept
    rows += ids_of(reading)
    assert rows == list(range(1, 5001))


def test_a_window_spent_in_between_leaves_what_came_before() -> None:
    portal, _ = portal_of(list(range(1, 5001)))
    portal.failing[2] = WindowSpent(datetime.now(UTC))
    reading = read(portal, DEALS, 0, 5000)
    assert next(reading).last_id == 2500
    with pytest.raises(WindowSpent):
        next(reading)


@pytest.mark.parametrize(
    "fault", [unwell(502), unwell(500), unwell(), AccessDenied("страница", http_status=200)]
)
def test_a_request_that_came_to_nothing_is_made_again_with_half_the_pages(fault: Exception) -> None:
    portal, _ = portal_of(list(range(1, 5001)))
    portal.failing = {2: fault, 3: fault}
    assert ids_of(read(portal, DEALS, 0, 5000)) == list(range(1, 5001))
    assert [len(request) for request in portal.requests[:5]] == [50, 50, 25, 12, 24]


def test_a_portal_that_stays_unwell_ends_the_reading() -> None:
    portal, _ = portal_of(list(range(1, 101)))
    portal.failing = dict.fromkeys(range(1, 99), unwell(502))
    with pytest.raises(TemporaryVendorError, match="не работает"):
        list(read(portal, DEALS, 0, 100))
    assert len(portal.requests) == 8


def test_no_rights_end_the_reading_at_once() -> None:
    portal, _ = portal_of([1])
    portal.failing[1] = AccessDenied("нет прав", http_status=403)
    with pytest.raises(AccessDenied):
        list(read(portal, DEALS, 0, 1))
    assert len(portal.requests) == 1


@pytest.mark.parametrize(
    ("refused", "kind"),
    [
        (Refused("INVALID_ARG_VALUE", "Invalid filter: field 'foo'"), RejectedByVendor),
        (Refused("ACCESS_DENIED", "Access denied"), AccessDenied),
        (Refused("", "Something else"), RejectedByVendor),
    ],
)
@pytest.mark.parametrize("key", ["p01", "p02"])
def test_an_error_after_a_full_page_is_an_error(refused: Refused, kind: type[Exception], key: str) -> None:
    portal, _ = portal_of(list(range(1, 500)))
    portal.troubles[key] = [refused]
    with pytest.raises(kind, match=r"crm\.item\.list"):
        list(read(portal, DEALS, 0, None))


def test_another_error_after_a_short_page_is_no_end() -> None:
    portal, _ = portal_of(list(range(1, 31)))
    portal.troubles["p02"] = [Refused("ACCESS_DENIED", "Access denied")]
    with pytest.raises(AccessDenied):
        list(read(portal, DEALS, 0, None))


@pytest.mark.parametrize("trouble", [closed(), stumbled(), NotRun()])
def test_a_short_page_before_a_stop_is_asked_after_once_more(trouble: Blocked | NotRun) -> None:
    portal, listed = portal_of(list(range(1, 31)))
    portal.troubles["p02"] = [trouble]
    listed.before_page[2] = lambda: listed.ids.extend(range(31, 41))
    assert ids_of(read(portal, DEALS, 0, None)) == list(range(1, 41))


def test_pages_that_the_portal_stumbles_at_are_asked_for_again() -> None:
    portal, _ = portal_of(list(range(1, 301)))
    portal.troubles["p03"] = [stumbled(), stumbled()]
    portal.troubles["p01"] = [stumbled()]
    assert ids_of(read(portal, DEALS, 0, 300)) == list(range(1, 301))


def test_a_field_that_the_portal_does_not_know_is_an_error_and_not_null() -> None:
    portal, listed = portal_of([1, 2])
    listed.fields = {}
    with pytest.raises(UnknownField, match="title"):
        list(read(portal, DEALS, 0, None))
    assert ids_of(read(portal, DEALS._replace(optional=("title",)), 0, None)) == [1, 2]


@pytest.mark.parametrize(
    "page",
    [
        [{"id": 5, "title": ""}, {"id": 5, "title": ""}],
        [{"id": 5, "title": ""}, {"id": 4, "title": ""}],
        [{"id": 0, "title": ""}],
        [{"id": "x", "title": ""}],
        [{"id": n, "title": ""} for n in range(1, 52)],
    ],
)
def test_a_page_out_of_order_breaks_the_reading(page: list[dict[str, Any]]) -> None:
    portal = Batcher(lambda key, command: Done({"items": page}))
    with pytest.raises(BrokenReading):
        list(read(portal, DEALS, 0, None))


@pytest.mark.parametrize("value", [None, "x", {"items": None}, {"items": "x"}, {"items": [1]}, {}])
def test_an_answer_without_a_list_breaks_the_reading(value: object) -> None:
    portal = Batcher(lambda key, command: Done(value))
    with pytest.raises(BrokenReading):
        list(read(portal, DEALS, 0, None))


@pytest.mark.parametrize("count", [0, 10, 50, 60, 2510])
@pytest.mark.parametrize("knows_head", [True, False])
def test_a_portal_that_begins_the_list_anew_after_its_end_is_not_believed(
    count: int, knows_head: bool
) -> None:
    """One that ignored a reference it cannot resolve would do so, and nobody promises not to (1.7)."""
    ids = list(range(1, count + 1))

    def answer(key: str, command: Command) -> Reply:
        after = command.params["filter"][">id"]
        found = [n for n in ids if n > (after if isinstance(after, int) else 0)][:PAGE]
        return Done({"items": [{"id": n, "title": ""} for n in found]})

    portal = Batcher(answer)
    assert ids_of(read(portal, DEALS, 0, count if knows_head else None)) == ids
    assert len(portal.requests) <= 3


def test_rights_lost_half_way_look_like_an_end_which_is_why_counts_are_compared() -> None:
    portal, listed = portal_of(list(range(1, 5001)))
    listed.before_page[21] = listed.ids.clear
    chunks = list(read(portal, DEALS, 0, 5000))
    assert (chunks[-1].is_last, chunks[-1].last_id) == (True, 1000)


def test_head_and_count_are_asked_for_in_one_command() -> None:
    head = DEALS.head()
    assert head.params == {
        "entityTypeId": 2,
        "useOriginalUfNames": "Y",
        "order": {"id": "DESC"},
        "filter": {"stageSemanticId": "S"},
        "select": ["id"],
        "start": 0,
    }
    assert DEALS.counted(90).params["filter"] == {"stageSemanticId": "S", "<=id": 90}
    assert DEALS.largest(Done({"items": [{"id": 90}, {"id": 3}]}, 2)) == 90
    assert DEALS.largest(Done({"items": []}, 0)) is None
    assert "filter" not in Listing("m", select=("id",)).head().params  # an empty one cannot be said


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_passes_by_itself_the_rows_are_whole(data: st.DataObject) -> None:
    """Faults at any request and any page: each row comes once, in order."""
    count = data.draw(st.integers(0, 400))
    ids = sorted(data.draw(st.sets(st.integers(1, 5000), min_size=count // 4, max_size=count)))
    portal, _ = portal_of(ids)
    bad = data.draw(st.sets(st.integers(1, 8), max_size=4))
    for number in bad:
        (portal.failing if data.draw(st.booleans()) else portal.losing)[number] = unwell(502)
    for key in data.draw(st.sets(st.sampled_from([f"p{n:02}" for n in range(1, 14)]), max_size=4)):
        portal.troubles[key] = data.draw(
            st.lists(st.sampled_from([closed(), stumbled(), NotRun()]), min_size=1, max_size=2)
        )
    head = data.draw(st.sampled_from([None, ids[-1] if ids else 0]))
    assert ids_of(read(portal, DEALS, 0, head)) == ids
    assert PAGE == 50
