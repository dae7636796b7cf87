"""The advertising source written back to an order, whatever its type, and never over a person's words."""

from collections.abc import Iterator
from typing import Any

import pytest

from include.errors import ConfigError
from include.onec.schema import Schema
from plugins.hooks.onec_reader import published_schema
from plugins.hooks.onec_sources import Source, SourceWriter, Written
from tests.include.onec.small_base import ORDER, profile, ref
from tests.plugins.hooks.onec_base import Pair, simulated_base

SOURCES = "Catalog_ИсточникиРекламы"
FULL = "ПолноеНаименованиеИсточникаРекламы"
FOUND = Source("Авито", "Авито / объявление / шины")


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    with simulated_base(monkeypatch) as pair:
        yield pair


def filled(base: Pair, source_type: str = "catalog", **fields: Any) -> SourceWriter:
    hook, control = base
    control.order(settings={"ad_source": source_type})
    sources = [{"Ref_Key": ref(40), "Description": "Авито"}, {"Ref_Key": ref(41), "Description": "Радио"}]
    order = {"Ref_Key": ref(1), "Number": "1", "Date": "2023-03-15T17:21:44", "Posted": True, **fields}
    control.order(put={SOURCES: sources, ORDER: [order]})
    return SourceWriter(hook, profile(), published_schema(hook, profile()))


def patched(base: Pair) -> int:
    done: dict[str, int] = base[1].order(read=SOURCES)["done"]
    return done.get("patched", 0)


@pytest.mark.parametrize("source_type", ["catalog", "text", "any"])
def test_a_source_is_written_into_empty_fields_of_any_type(base: Pair, source_type: str) -> None:
    writer = filled(base, source_type)
    assert writer.read("customer_order", ref(1)) == Source(None, None)
    assert writer.write("customer_order", ref(1), FOUND) == Written(FOUND, None)
    assert writer.read("customer_order", ref(1)) == FOUND


def test_a_source_that_the_catalog_lacks_is_written_by_its_full_name_only(
    base: Pair,
) -> None:
    writer = filled(base)
    assert writer.write("customer_order", ref(1), Source("Дрон", "Дрон / небо")).source == Source(
        None, "Дрон / небо"
    )
    assert writer.read("customer_order", ref(1)) == Source(None, "Дрон / небо")
    assert len(base[0].by_keys(SOURCES, [ref(40), ref(41)], ("Ref_Key",))) == 2


@pytest.mark.parametrize(
    "fields", [{"ИсточникРекламы_Key": ref(41)}, {FULL: "по совету друга"}, {"ИсточникРекламы_Key": ref(99)}]
)
def test_what_a_person_has_typed_is_kept(base: Pair, fields: dict[str, str]) -> None:
    writer = filled(base, **fields)
    written = writer.write("customer_order", ref(1), FOUND)
    assert written == Written(None, writer.read("customer_order", ref(1)))
    assert patched(base) == 0


def test_what_was_written_before_may_be_replaced(base: Pair) -> None:
    writer = filled(base, ИсточникРекламы_Key=ref(41), **{FULL: "Радио / волна"})
    assert writer.write("customer_order", ref(1), FOUND).kept == Source("Радио", "Радио / волна")
    assert (
        writer.write("customer_order", ref(1), FOUND, ours=Source("Радио", "Радио / волна")).source == FOUND
    )


def test_writing_twice_writes_once(base: Pair) -> None:
    writer = filled(base)
    for _ in range(2):
        assert writer.write("customer_order", ref(1), FOUND).source == FOUND
    assert patched(base) == 1


def test_a_version_that_has_moved_on_is_looked_at_once_more(base: Pair) -> None:
    writer = filled(base)
    base[1].fault(412, method="patch")
    assert writer.write("customer_order", ref(1), FOUND).source == FOUND


def test_a_lost_answer_is_settled(base: Pair) -> None:
    writer = filled(base)
    base[1].fault("reset", method="patch", applied=True)
    assert writer.write("customer_order", ref(1), FOUND).source == FOUND
    assert patched(base) == 1


def test_a_profile_without_the_fields_is_told(base: Pair) -> None:
    with pytest.raises(ConfigError, match="ad_source"):
        SourceWriter(base[0], profile(ad_source=None), Schema({}, {}))
