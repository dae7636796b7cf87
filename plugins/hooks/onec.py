"""1C:Enterprise by its standard OData interface: reading, and setting fields of one object (onec-odata)."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, NamedTuple

from requests import PreparedRequest, Session

from include.errors import AccessDenied, RejectedByVendor
from include.onec.asks import REF
from include.onec.decode import reference
from include.onec.faults import CONFIGURATION, NO_RIGHTS, Fault, fault_in, read_fault
from include.onec.literals import guid, name
from include.onec.query import Query, encoded_path, encoded_query, lots
from include.onec.schema import Schema, read_schema
from plugins.hooks.onec_patch import Patch, VersionChanged
from plugins.hooks.vendor import Answer, Call, VendorHook, Verdict

__all__ = ["OneCHook", "Question", "VersionChanged"]

ROOT = "odata/standard.odata"
PAGE = 200  # rows asked for at a time
IN_FLIGHT = 2  # requests at once: each opens a session of the 1C server and may take a licence
PAUSES = (2.0, 4.0, 8.0)
TIMEOUT = 120.0

Rows = list[dict[str, Any]]


class Question(NamedTuple):
    """A query to an entity."""

    entity: str
    query: Query


class OneCHook(VendorHook):
    """
    Read entities of a base, set fields of one, add an item to a catalog; nothing is ever deleted.

    The connection: host, login and password of a 1C user; extra: ``base``, the path of the publication if the
    host does not have it, ``allowed_only`` to leave out, and not to stumble over, what the user may not see.
    """

    vendor = "onec"
    title = "1С"
    conn_type = "onec"
    default_conn_name = "onec"
    hook_name = "1C:Enterprise OData"

    def schema(self) -> Schema:
        """Read what the base publishes. Raises BadFile when that is not a schema."""
        xml = {"Accept": "application/xml"}
        asked = Call("GET", "$metadata", headers=xml, counts_as="metadata", reads="text")
        return read_schema(self.call(asked).encode())

    def read(self, entity: str, query: Query) -> Rows:
        """Put one question and give the rows."""
        options = query.options()
        if self.extra.get("allowed_only"):
            options["allowedOnly"] = "true"
        answer = self.call(Call("GET", name(entity), options, counts_as="read"))
        found = answer.get("value") if isinstance(answer, dict) else None
        if not isinstance(found, list):
            raise RejectedByVendor(f"{self.title}: ответ без списка строк (GET {entity})", http_status=200)
        return found

    def pages(
        self, entity: str, query: Query, size: int = PAGE, seen: set[str] | None = None
    ) -> Iterator[Rows]:
        """
        Give the rows of a set page by page.

        Rows shift while people work: what comes twice is dropped by its reference (``seen``: also what came
        to earlier questions). There is no next link and no count that could be trusted, so the first page
        that is not full is the last.
        """
        seen = set() if seen is None else seen
        skip = 0
        while True:
            rows = self.read(entity, query._replace(top=size, skip=skip))
            yield [row for row in rows if _is_first(row, seen)]
            if len(rows) < size:
                return
            skip += size

    def answers(self, questions: Iterable[Question]) -> Iterator[tuple[str, Rows]]:
        """Put many questions, two at a time; give entities and rows in the order of the questions."""
        _ = self.session, self.root, self.scrubber  # made here, before threads need them
        asked = list(questions)
        found = self._pool.map(lambda question: self.read(*question), asked)
        return ((question.entity, rows) for question, rows in zip(asked, found, strict=True))

    def by_keys(self, entity: str, keys: Iterable[str], select: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Read objects by their references; those that do not exist are not there."""
        terms = (f"{REF} eq {guid(key)}" for key in dict.fromkeys(keys))
        questions = (Question(entity, query) for query in lots(terms, Query(select=select)))
        rows = (row for _, found in self.answers(questions) for row in found)
        return {ref: row for row in rows if (ref := reference(row.get(REF)))}

    def rows(
        self, entity: str, section: str, keys: Iterable[str], select: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        """Read the rows of a tabular section of several objects."""
        terms = (f"{REF} eq {guid(key)}" for key in dict.fromkeys(keys))
        lot = (Question(f"{entity}_{section}", query) for query in lots(terms, Query(select=select)))
        return (row for _, found in self.answers(lot) for row in found)

    def get(self, entity: str, key: str, select: Sequence[str] = ()) -> dict[str, Any]:
        """Read one object. Raises RejectedByVendor when it does not exist."""
        options = Query(select=select).options()
        found = self.call(Call("GET", f"{name(entity)}({guid(key)})", options, counts_as="read"))
        return dict(found)

    def patch(
        self,
        entity: str,
        key: str,
        values: Mapping[str, Any],
        expected_version: str | None = None,
        *,
        loading: bool = False,
    ) -> dict[str, Any]:
        """
        Set fields of an object and make sure that they are set; give the object as it is then.

        What holds them already is left alone. ``loading`` writes past the configuration's own checks.
        Raises VersionChanged when the object is no longer of that version, TemporaryVendorError when the base
        did not answer twice, RejectedByVendor with its words, or when it has silently dropped a field.
        """
        return Patch(self, entity, key, values, loading).apply(expected_version)

    def create(self, entity: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Add an object and give it as it is then. Raises LostAnswer when it may be there or not."""
        return dict(
            self.call(Call("POST", name(entity), body=dict(values), counts_as="create", repeats=False))
        )

    def probe(self) -> object:
        """List what the base publishes. Raises AccessDenied when that is nothing."""
        answer = self.call(Call("GET", "", counts_as="read"))
        if not (isinstance(answer, dict) and answer.get("value")):
            advice = "добавьте объекты в «Настройка стандартного интерфейса OData»"
            raise AccessDenied(f"{self.title}: состав OData пуст, {advice}", http_status=200)
        return answer

    def sign(self, request: PreparedRequest) -> PreparedRequest:
        """Put login and password on a request: in UTF-8, and without waiting to be asked."""
        pair = f"{self.connection.login or ''}:{self.connection.password or ''}"
        request.headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        return request

    def words(self, body: Any) -> str | None:
        """Say what 1C's code means, and what 1C says."""
        fault = fault_in(body)
        return fault.sentence() if fault else None

    def verdict(self, call: Call, answer: Answer) -> Verdict:
        """Judge by 1C's codes first: the status does not tell a refusal from a breakdown (onec-odata 6)."""
        fault = fault_in(answer.body)
        if fault and fault.code == CONFIGURATION:
            return Verdict.REFUSED
        if fault and fault.code == NO_RIGHTS and answer.status >= 400:
            return Verdict.DENIED
        return super().verdict(call, answer)

    def url(self, call: Call) -> str:
        """Put together the address in the base's own encoding."""
        query = encoded_query(call.query)
        return f"{self.root}/{encoded_path(call.path)}{'?' if query else ''}{query}"

    @cached_property
    def root(self) -> str:
        """The address of the interface, without a slash at its end."""
        self._set_base_url(self.connection)
        parts = (self.base_url, str(self.extra.get("base") or ""))
        place = "/".join(part.strip("/") for part in parts if part)
        return place if place.endswith(ROOT) else f"{place}/{ROOT}"

    @cached_property
    def session(self) -> Session:
        """The session of all vendors, but past the system's proxy: the base may sit behind a VPN."""
        session = super().session
        session.trust_env = False
        return session

    @property
    def pauses(self) -> Sequence[float]:
        """Seconds before each repetition."""
        return self._pauses if self._pauses is not None else self.extra.get("retry_pauses", PAUSES)

    @property
    def timeout(self) -> float:
        """Seconds for a call as a whole."""
        return float(self._timeout or self.extra.get("timeout") or TIMEOUT)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="onec")

    def _exchange(self, prepared: PreparedRequest, longest: float | None = None) -> Answer:
        """Read an error in XML as if it had come in JSON."""
        answer = super()._exchange(prepared, longest)
        fault = read_fault(answer.text.encode()) if answer.status >= 400 else Fault("", "")
        return answer._replace(body=fault.as_json()) if fault.code else answer

    def _request(self, call: Call) -> Any:
        headers = {"Accept": "application/json;odata=nometadata", **call.headers}
        return super()._request(call._replace(headers=headers))


def _is_first(row: Mapping[str, Any], seen: set[str]) -> bool:
    """Tell whether a row has not come before; one without a reference is somebody else's to judge."""
    ref = reference(row.get(REF))
    if ref is None:
        return True
    is_first = ref not in seen
    seen.add(ref)
    return is_first
