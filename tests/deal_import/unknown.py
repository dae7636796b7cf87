"""Steps 9 to 19 of leadexpert 8: what becomes of one record whose identifier was not imported before."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.deal_import.reading import Record
from tests.deal_import.world import Thing

if TYPE_CHECKING:
    from tests.deal_import.oracle import Run

NOTE = "Сделка создана из импорта"


class Refused(Exception):
    """This record is an error; it changes nothing, and the next record is read."""


class UnknownRecord:
    """One record of unknown identifier, on its way to a client and a deal."""

    def __init__(self, run: "Run", record: Record, row: Thing) -> None:
        self.run, self.world, self.source = run, run.world, run.source
        self.record, self.row, self.codes, self.details = record, row, row["codes"], row["details"]

    def take(self) -> None:
        """Step 9, and the way through the others."""
        record = self.record
        paid_at = self.demand_date_and_identity()
        self.details |= {"amount": record.amount, "currency": record.currency}
        client_id = self.find_client()
        if client_id is None:
            client_id = self.create_client()
            deal_id, rule = None, "created"
        else:
            deal_id, rule = self.find_deal(client_id, paid_at)
        self.row["client_id"] = client_id
        if deal_id is None:
            self.bind(self.create_deal(client_id, paid_at), rule, is_new=True)
        else:
            self.bind(deal_id, rule, is_new=False)

    def demand_date_and_identity(self) -> datetime:
        """Step 9: both are looked at, so that both can be mended at once."""
        record, missing = self.record, []
        if record.payment_date is None:
            missing.append("MISSING_PAYMENT_DATE")
        if record.tsuid is None and not record.phones and not record.emails:
            missing.append("NO_CLIENT_IDENTITY")
        if missing or record.payment_date is None:
            raise Refused(*missing)
        return record.payment_date

    def find_client(self) -> int | None:
        """Steps 10 and 11: cookie, then phones, then e-mails; never merge."""
        record, winner = self.record, None
        others: set[int] = set()
        cookies = {record.tsuid} if record.tsuid else set()
        for kind, values in (
            ("tsuid", cookies),
            ("phone", set(record.phones)),
            ("email", set(record.emails)),
        ):
            holders = self.world.holders(kind, values)
            if winner is None and holders:
                winner = min(holders)
                self.codes.add("CLIENT_FOUND")
                self.details["client"] = {"rule": kind}
                if len(holders) > 1:
                    self.codes.add("CLIENT_AMBIGUOUS")
            elif holders - {winner}:
                self.codes.add("CLIENT_CONFLICT")
            others |= holders - {winner}
        if others:
            self.details["client"]["others"] = others
        return winner

    def create_client(self) -> int:
        """Step 12."""
        record = self.record
        if record.tsuid is None:
            if self.source.require_tsuid_for_new_client:
                raise Refused("TSUID_REQUIRED")
            self.codes.add("CLIENT_WITHOUT_TSUID")
        cookie = {} if record.tsuid is None else {"__tsuid": record.tsuid}
        client_id = self.world.add_client(
            tsuid={value: value for value in cookie.values()},
            phone=dict(record.phones),
            email=dict(record.emails),
            name=record.name,
            company=record.company,
            params={**record.fields, **cookie},
            origin="deal_import",
        )
        self.codes.add("CLIENT_CREATED")
        self.run.created["client"] += 1
        self.tell_client(client_id, "client_created", None)
        return client_id

    def find_deal(self, client_id: int, paid_at: datetime) -> tuple[int | None, str]:
        """Steps 13 to 16."""
        record = self.record
        by_conversion = self.deal_with("conversion_id", record.conversion_id, client_id, self.codes)
        if by_conversion is not None:
            by_deal_id = self.deal_with("external_id", record.deal_id, client_id, set())
            if by_deal_id not in (None, by_conversion):
                self.codes.add("ID_CONFLICT")
            return by_conversion, "conversion_id"
        by_deal_id = self.deal_with("external_id", record.deal_id, client_id, self.codes)
        if by_deal_id is not None:
            return by_deal_id, "deal_id"
        nearest = self.nearest_new_deal(client_id, paid_at)
        return nearest, "created" if nearest is None else "nearest_new"

    def deal_with(self, name: str, value: str | None, client_id: int, codes: set[str]) -> int | None:
        """Find the client's oldest deal with this id, none of kind repeat; warn of what was passed over."""
        if value is None:
            return None
        holding = [deal_id for deal_id, deal in self.world.deals.items() if deal[name] == value]
        own = [deal_id for deal_id in holding if self.world.deals[deal_id]["client_id"] == client_id]
        if holding and not own:
            codes.add("ID_OWNED_BY_OTHER_CLIENT")
        fit = [deal_id for deal_id in own if self.world.kind_of(deal_id) != "repeat"]
        if len(fit) < len(own):
            codes.add("REPEAT_DEAL_SKIPPED")
        return min(fit) if fit else None

    def nearest_new_deal(self, client_id: int, paid_at: datetime) -> int | None:
        """Step 15: the last one opened up to the payment; of several opened at once the youngest."""
        days = self.source.max_lookback_days
        fit = []
        for deal_id, deal in self.world.deals.items():
            if deal["client_id"] != client_id or self.world.kind_of(deal_id) != "new":
                continue
            age = paid_at - deal["created_at"]
            if age >= timedelta(0) and (days is None or age <= timedelta(days=days)):
                fit.append((deal["created_at"], deal_id))
        return max(fit)[1] if fit else None

    def create_deal(self, client_id: int, paid_at: datetime) -> int:
        """Step 17; whether the status stays pending is decided where the payment is written."""
        record = self.record
        status = self.run.map.get(record.status_key or "")
        if status is not None and self.world.statuses[status] == "repeat":
            self.codes.add("STATUS_REPEAT_REFUSED")
            self.details["raw_status"] = record.raw_status
            status = None
        deal_id = self.world.add_deal(
            client_id=client_id,
            conversion_id=record.conversion_id,
            external_id=record.deal_id,
            status=status or self.world.first_status("new"),
            created_at=record.deal_date or paid_at,
            potential=record.potential,
            note=NOTE if record.comment is None else f"{record.comment}\n{NOTE}",
            origin="deal_import",
        )
        self.codes.add("DEAL_CREATED")
        self.run.created["deal"] += 1
        self.tell_client(client_id, "deal_created", deal_id)
        return deal_id

    def bind(self, deal_id: int, rule: str, is_new: bool) -> None:
        """Step 18; a deal without currency takes that of the record."""
        record, deal = self.record, self.world.deals[deal_id]
        self.row["deal_id"] = deal_id
        if deal["currency"] not in (None, record.currency):
            self.details["currency_mismatch"] = {"deal": deal["currency"], "record": record.currency}
            raise Refused("CURRENCY_MISMATCH")
        if deal["amount"] is not None and not deal["locked"]:
            self.details["manual_amount"] = deal["amount"]
        self.remember(deal_id, rule, is_new)
        deal |= {"amount": self.world.sum_of_payments(deal_id), "locked": True, "currency": record.currency}
        self.row["outcome"] = "created" if is_new else "bound"
        self.codes.add("PAYMENT_BOUND")
        self.details["deal"] = {"rule": rule}
        self.run.bound_by[rule] += 1
        self.move_last_deal_date(record.deal_date or deal["created_at"])

    def remember(self, deal_id: int, rule: str, is_new: bool) -> None:
        record = self.record
        settled = is_new and record.status_key in self.run.map
        self.world.payments[self.source.name, str(record.record_id)] = {
            "deal_id": deal_id,
            "client_id": self.row["client_id"],
            "amount": record.amount,
            "currency": record.currency,
            "raw_status": record.raw_status,
            "status_key": record.status_key,
            "status_pending": record.status_key is not None and not settled,
            "paid_at": record.payment_date,
            "deal_date": record.deal_date,
            "bound_by": rule,
            "file_position": record.position,
            "first_run": self.run.number,
            "last_run": self.run.number,
        }

    def move_last_deal_date(self, date: datetime) -> None:
        """Step 19."""
        client = self.world.clients[self.row["client_id"]]
        if date > self.run.now:
            self.codes.add("FUTURE_DEAL_DATE")
        elif client["last_deal_at"] is None or date > client["last_deal_at"]:
            self.codes.add("LAST_DEAL_DATE_MOVED")
            self.details["last_deal_at"] = {"old": client["last_deal_at"], "new": date}
            client["last_deal_at"] = date

    def tell_client(self, client_id: int, kind: str, deal_id: int | None) -> None:
        told = {"client_id": client_id, "kind": kind, "deal_id": deal_id, "record_id": self.record.record_id}
        self.world.feed.append({**told, "source": self.source.name, "run": self.run.number})
