"""
Orders to a running sandbox, for tests and the demo; ``sandbox/server.py`` and the vendors say what they mean.

    control = Control(sandbox.url)
    control.calltouch().add_leads({"kind": "call", "id": 1, "date": "2026-03-15T17:00:00", "phones": […]})
    control.vendor("onec").fault("timeout", call=17, applied=True)
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

_TIMEOUT = 120  # seconds; a sandbox under test answers at once, but for orders that fill it
_direct = build_opener(ProxyHandler({}))


class OrderRefused(Exception):
    """The sandbox does not understand an order; its words."""


class Control:
    """A sandbox at an address."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def vendor(self, name: str, key: str = "") -> "VendorControl":
        """Speak to any vendor, about the part of it that ``key`` names."""
        return VendorControl(self, name, key)

    def calltouch(self, site: str = "") -> "CalltouchControl":
        """Speak to Calltouch, about one project or (reading) all of them."""
        return CalltouchControl(self, "calltouch", site)

    def keepincrm(self) -> "KeepinCRMControl":
        """Speak to KeepinCRM."""
        return KeepinCRMControl(self, "keepincrm", "")

    def advance(self, seconds: float) -> str:
        """Put the vendors' clock forward; return their time (ISO, UTC)."""
        return str(self.send("POST", "clock", {"advance": seconds})["now"])

    def set_clock(self, now: str) -> str:
        """Let it be this moment now (ISO with an offset)."""
        return str(self.send("POST", "clock", {"now": now})["now"])

    def requests(self) -> list[dict[str, Any]]:
        """Return what all vendors were asked, without secrets."""
        return list(self.send("GET", "requests"))

    def forget_requests(self) -> None:
        """Empty that list."""
        self.send("DELETE", "requests")

    def send(self, method: str, path: str, command: Mapping[str, Any] | None = None) -> Any:
        """Send an order and return the answer. Raises OrderRefused."""
        body = None if command is None else json.dumps(command).encode()
        request = Request(f"{self._url}/_sandbox/{quote(path)}", body, method=method)
        try:
            with _direct.open(request, timeout=_TIMEOUT) as answer:
                return json.load(answer)
        except HTTPError as error:
            with error:
                raise OrderRefused(f"{error.code}: {error.read().decode(errors='replace')}") from None


class VendorControl:
    """One vendor of a sandbox."""

    def __init__(self, control: Control, vendor: str, key: str) -> None:
        self._control, self._path = control, f"{vendor}/{key}"

    def order(self, **command: Any) -> dict[str, Any]:
        """Give an order of the vendor's own."""
        answer: dict[str, Any] = self._control.send("POST", self._path, command)
        return answer

    def read(self, what: str, **more: Any) -> Any:
        """Return a part of the vendor's state, where it knows ``read``."""
        return self.order(read=what, **more)[what]

    def fault(self, kind: str | int, **when: Any) -> None:
        """Plan a fault: ``call``, ``method``, ``about``, ``times``, ``after``, ``applied`` and so on."""
        self.order(fault=str(kind), **when)

    def forget_faults(self) -> None:
        """Drop what is planned."""
        self.order(forget_faults=True)

    def calls(self) -> list[dict[str, Any]]:
        """Return the vendor's numbered calls: method, about, fault, status."""
        return list(self.read("calls"))


class CalltouchControl(VendorControl):
    """A Calltouch project, or all of them."""

    def add_project(self, token: str = "") -> None:
        """Open this project; without a token of its own it takes the sandbox's password."""
        self.order(project={"token": token})

    def add_leads(self, *leads: Mapping[str, Any]) -> None:
        """Let calls, requests and chats have come in."""
        self.order(leads=leads)

    def set_points(
        self, *, hour: float = 0, day: float = 0, prices: Mapping[str, float] | None = None
    ) -> None:
        """Give the project an allowance; 0 is none."""
        self.order(points={"hour": hour, "day": day, "prices": prices or {}})

    def set_ways(self, **ways: Any) -> None:
        """Choose among what the vendor may do (``sandbox.calltouch.WAYS``)."""
        self.order(ways=ways)

    def remove_deals(self, *numbers: str) -> None:
        """Delete deals as a person does in the cabinet."""
        self.order(remove_deals=numbers)

    def renumber(self) -> None:
        """Let the next call be the first, and measure the pace anew."""
        self.order(renumber=True)

    def reset(self) -> None:
        """Forget everything, of all projects."""
        self.order(reset=True)

    def deals(self, ids: bool = False) -> list[dict[str, Any]]:
        """Return the deals by project and number; without ``ids``, in a form to compare two runs by."""
        return list(self.read("deals", ids=ids))

    def leads(self) -> list[dict[str, Any]]:
        """Return the leads by date."""
        return list(self.read("leads"))

    def counts(self) -> dict[str, int]:
        """Return how many deals were created and updated, and how many creates were ``duplicates``."""
        return dict(self.read("counts"))

    def pace(self, times: bool = False) -> dict[str, Any]:
        """Return requests, violations, the busiest second, rate and idle time (``Arrivals.report``)."""
        return dict(self.read("pace", ids=times))

    def points(self) -> dict[str, dict[str, Sequence[Any]]]:
        """Return ``{project/hour: {method: [calls, points]}}``."""
        return dict(self.read("points"))


class KeepinCRMControl(VendorControl):
    """The account of KeepinCRM; ``sandbox/keepincrm.py`` says what the orders mean."""

    def add_materials(self, *materials: Mapping[str, Any]) -> None:
        """Let people have added materials; an ``id`` of theirs is respected."""
        self.order(materials=materials)

    def add_categories(self, *categories: Mapping[str, Any]) -> None:
        """Let people have added categories: ``name``, ``parent_id``, ``id``."""
        self.order(categories=categories)

    def add_fields(self, *titles: str) -> None:
        """Let people have defined custom fields of materials."""
        self.order(fields=titles)

    def change(self, number: int, **values: Any) -> None:
        """Let a person have changed a material."""
        self.order(change={str(number): values})

    def remove(self, *numbers: int) -> None:
        """Let a person have deleted materials."""
        self.order(remove=numbers)

    def at_page(
        self, page: int, *, add: Sequence[Mapping[str, Any]] = (), remove: Sequence[int] = ()
    ) -> None:
        """Let people do it just before this page is read; said twice, the second time as well."""
        self.order(at_page=page, add=add, remove=remove)

    def set_ways(self, **ways: Any) -> None:
        """Choose among what the vendor may do (``sandbox/keepincrm_ways.py``)."""
        self.order(ways=ways)

    def renumber(self) -> None:
        """Let the next call be the first, forget what was written, and measure the pace anew."""
        self.order(renumber=True)

    def reset(self) -> None:
        """Forget everything."""
        self.order(reset=True)

    def materials(self, ids: bool = False) -> list[dict[str, Any]]:
        """Return the materials; without ``ids``, in a form to compare two runs by."""
        return list(self.read("materials", ids=ids))

    def categories(self, ids: bool = False) -> list[Any]:
        """Return the categories; without ``ids``, as their names from the root on."""
        return list(self.read("categories", ids=ids))

    def counts(self) -> dict[str, int]:
        """Return what was created, updated, deleted, and how many creates were ``duplicates`` by article."""
        return dict(self.read("counts"))

    def writes(self) -> list[dict[str, Any]]:
        """Return what clients have written: method, id, body."""
        return list(self.read("writes"))

    def pace(self, times: bool = False) -> dict[str, Any]:
        """Return requests, violations, the busiest minute, rate and the share ``used`` of the limit."""
        return dict(self.read("pace", ids=times))
