"""KeepinCRM: materials of the price list and their categories, read page by page and written one by one."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple
from urllib.parse import quote

from requests import PreparedRequest

from include.errors import LostAnswer, RejectedByVendor, TemporaryVendorError
from include.vendors.fault_words import UKRAINIAN
from plugins.hooks.vendor import Call, VendorHook

API = "/v1"
PAGE = 25  # records; the vendor gives no more and no less (keepincrm 2)
_MATERIALS = "materials"
_CATEGORIES = "materials/categories"

Record = dict[str, Any]


class Page(NamedTuple):
    """A page of a list; ``total`` is None when the vendor does not tell."""

    items: list[Record]
    number: int
    pages: int
    total: int | None


class Reading:
    """
    One reading of a whole list: each record once, in the vendor's order.

    People add and delete while it lasts, so that pages shift and a record may be jumped over: afterwards
    ``is_whole`` says whether that is out of the question.
    """

    def __init__(self, pages: Iterator[Page]) -> None:
        self._pages = pages
        self._ids: set[int] = set()
        self._held_still = True
        self.pages_read = 0
        self.total: int | None = None  # as the last page told it

    def __iter__(self) -> Iterator[Record]:
        for page in self._pages:
            self._held_still &= self.pages_read == 0 or page.total == self.total
            self.pages_read, self.total = self.pages_read + 1, page.total
            for item in page.items:
                number = int(item["id"])
                if number in self._ids:
                    self._held_still = False
                    continue
                self._ids.add(number)
                yield item

    @property
    def records(self) -> int:
        """How many different records came."""
        return len(self._ids)

    @property
    def is_whole(self) -> bool:
        """
        Tell, of a reading at its end, whether nothing can be missing.

        That as many came as the vendor counts is not enough (keepincrm 2): of a record that was read and then
        deleted and one that slid onto the page before, each makes up for the other.
        """
        return self._held_still and self.total in (None, self.records)


class KeepinCRMHook(VendorHook):
    """
    Read and write materials and their categories; nothing is ever deleted.

    The connection: host (the vendor's own if empty), password = API key, which also says whose account it is.
    Its extra may have ``lookup_pause`` besides the fields of all vendors.
    """

    vendor = "keepincrm"
    title = "KeepinCRM"
    says = UKRAINIAN
    meanings: ClassVar[Mapping[int, str]] = {
        401: "ключ API не прийнято ({status}), візьміть чинний у «Налаштування / Профіль компанії / API»",
        402: "API недоступне на безкоштовному тарифі ({status}), потрібен платний",
    }
    conn_type = "keepincrm"
    default_conn_name = "keepincrm"
    hook_name = "KeepinCRM"
    default_host = "https://api.keepincrm.com"
    default_pauses = (2.0, 4.0, 8.0, 16.0, 32.0)
    default_timeout = 45.0

    @property
    def lookup_pause(self) -> float:
        """Seconds after a create whose answer was lost until it is looked up for good (6)."""
        return float(self.extra.get("lookup_pause", 30))

    def materials(self) -> Reading:
        """Read all materials."""
        return Reading(self._pages(_MATERIALS))

    def categories(self) -> Reading:
        """Read all categories of materials."""
        return Reading(self._pages(_CATEGORIES))

    def materials_page(self, number: int = 1) -> Page:
        """Read one page of materials."""
        return self._page(_MATERIALS, number)

    def categories_page(self, number: int = 1) -> Page:
        """Read one page of categories."""
        return self._page(_CATEGORIES, number)

    def material(self, material_id: int) -> Record | None:
        """Read one material, which tells more than in a list; None: it is not there."""
        return self._one(Call("GET", f"{API}/{_MATERIALS}/{material_id}", counts_as="material"))

    def by_sku(self, sku: str) -> Record | None:
        """
        Find a material by its very article; of several the vendor gives one. None: it finds none.

        Everything is percent-encoded; an article with a slash or a dot may not be found all the same
        (keepincrm 4).
        """
        if sku.strip(".") == "":  # dots alone would lead to another path
            return None
        return self._one(Call("GET", f"{API}/{_MATERIALS}/sku/{quote(sku, safe='')}", counts_as="by_sku"))

    def create_material(self, body: Mapping[str, Any]) -> Record:
        """Create a material, without custom fields; raises LostAnswer when it may have been created."""
        call = Call("POST", f"{API}/{_MATERIALS}", body=body, counts_as="create", repeats=False)
        return self._created(self.call(call))

    def update_material(self, material_id: int, body: Mapping[str, Any]) -> Record:
        """
        Change what the body names, and nothing else; give the material as it is told to be.

        RejectedByVendor with status 404: it was deleted; with 500: the vendor stumbles at these values.
        """
        call = Call("PATCH", f"{API}/{_MATERIALS}/{material_id}", body=body, counts_as="update")
        return self._changed(call)

    def create_category(self, name: str, parent_id: int | None = None) -> Record:
        """Create a category; RejectedByVendor with status 404 or 405: it can't be done through the API."""
        body = {"name": name} | ({} if parent_id is None else {"parent_id": parent_id})
        call = Call("POST", f"{API}/{_CATEGORIES}", body=body, counts_as="create_category", repeats=False)
        return self._created(self.call(call))

    def rename_category(self, category_id: int, name: str) -> Record:
        """Give a category another name; refused as ``create_category`` is."""
        path = f"{API}/{_CATEGORIES}/{category_id}"
        return self._changed(Call("PATCH", path, body={"name": name}, counts_as="update_category"))

    def probe(self) -> object:
        """Read the first page of materials."""
        return self.materials_page()

    def sign(self, request: PreparedRequest) -> PreparedRequest:
        """Put the key into its header."""
        request.headers["X-Auth-Token"] = self.connection.password or ""
        return request

    def words(self, body: Any) -> str | None:
        """Find the vendor's words in any of the shapes of keepincrm 3."""
        if not isinstance(body, Mapping):
            return None
        told = [text for text in (_text(body.get(name)) for name in ("message", "errors")) if text]
        return ": ".join(told) or _text(body.get("error"))

    def _pages(self, path: str) -> Iterator[Page]:
        number = 1
        while True:
            page = self._page(path, number)
            yield page
            if not page.items or number >= page.pages:
                return
            number += 1

    def _page(self, path: str, number: int) -> Page:
        counts_as = "categories" if path == _CATEGORIES else "materials"
        answer = self.call(Call("GET", f"{API}/{path}", {"page": number}, counts_as=counts_as))
        items = answer.get("items") if isinstance(answer, Mapping) else None
        if not isinstance(items, list):
            raise TemporaryVendorError(
                f"{self.title}: у відповіді немає списку ({path}?page={number})",
                response=self.scrubber.value(answer),
            )
        told = answer.get("pagination")
        pagination = told if isinstance(told, Mapping) else {}
        pages = _count(pagination.get("total_pages"))
        known = [item for item in items if isinstance(item, dict) and _count(item.get("id")) is not None]
        next_one = number + (len(items) >= PAGE)
        return Page(
            known, number, next_one if pages is None else pages, _count(pagination.get("total_count"))
        )

    def _one(self, call: Call) -> Record | None:
        try:
            answer = self.call(call)
        except RejectedByVendor as refusal:
            if refusal.http_status == 404:  # told by a web page
                return None
            raise
        return answer if isinstance(answer, dict) and answer.get("id") else None

    def _created(self, answer: Any) -> Record:
        if not isinstance(answer, dict) or not answer.get("id"):
            raise LostAnswer(
                f"{self.title}: у відповіді на створення немає id",
                http_status=201,
                response=self.scrubber.value(answer),
            )
        return answer

    def _changed(self, call: Call) -> Record:
        """Make a call that sets; a fault that stays after every repetition is about the values (3)."""
        try:
            answer = self.call(call)
        except TemporaryVendorError as fault:
            if fault.http_status != 500:
                raise
            raise RejectedByVendor(str(fault), http_status=500, response=fault.response) from fault
        return answer if isinstance(answer, dict) else {}


def _count(value: Any) -> int | None:
    """Read a whole number, be it text; None: there is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None


def _text(value: Any) -> str | None:
    """Join what an error says: a text, a list of them, or an object of either, field by field."""
    match value:
        case str():
            return value.strip() or None
        case list():
            return "; ".join(text for each in value if (text := _text(each))) or None
        case Mapping():
            return (
                "; ".join(f"{name}: {text}" for name, each in value.items() if (text := _text(each))) or None
            )
    return None
