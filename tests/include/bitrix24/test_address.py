"""Where a portal is: what people write into a connection, and what is none."""

import pytest

from include.bitrix24.address import address_of, host_of


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (("https://portal.bitrix24.ru/",), "https://portal.bitrix24.ru"),
        ((" portal.bitrix24.ru ",), "https://portal.bitrix24.ru"),
        (("portal.bitrix24.ru", "http", 8080), "http://portal.bitrix24.ru:8080"),
        (("http://[::1]:8090",), "http://[::1]:8090"),
        (("https://portal.bitrix24.ru/rest/1/c0de/",), None),
        (("https://user:password@portal.bitrix24.ru",), None),
        (("",), None),
        ((None, "https", None), None),
    ],
)
def test_the_address_of_a_connection(told: tuple[str | None, ...], address: str | None) -> None:
    assert address_of(*told) == address  # type: ignore[arg-type]


def test_a_host_is_one_whichever_way_it_is_written() -> None:
    assert host_of("https://Portal.Bitrix24.RU") == host_of("http://portal.bitrix24.ru")
