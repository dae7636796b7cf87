"""
What can go wrong with a whole source, as exceptions.

    DealflowError
    ├── ConfigError     the settings are wrong: fix them, then run again
    ├── FetchFailed     the source did not answer, or refused
    ├── BadFile         it answered, but what came is not the file that was agreed upon
    └── VendorError     a call to a vendor's API went wrong
        ├── TemporaryVendorError    it may pass by itself: network, 5xx, a gateway's page
        │   ├── NotReached          no connection came about, so the vendor cannot have seen the call
        │   ├── LostAnswer          a call that creates was sent; nobody knows whether it was applied
        │   ├── Unsure              new tokens were asked for; nobody knows whether they were given
        │   └── WindowSpent         nothing was applied: the vendor's budget is spent until a known moment
        └── RejectedByVendor        refused for good, with the vendor's words
            └── AccessDenied        401, 402, 403: no call with these rights will pass, the run stops
                ├── ReauthRequired  the tokens serve no longer: a person has to authorise anew
                ├── Unpaid          402: nothing passes until somebody pays
                └── Blocked         403: too many requests for too long, a foreign address, no right

A vendor may have kinds of its own of the last three, for the codes that its log tells them by.
Their texts are Russian: people read them in the logs. A VendorError holds no secret and no personal data.
A fault of one record is not an exception; it is a code in the row (``include/deal_import/row.py``).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar


class DealflowError(Exception):
    """
    Stand above everything this project raises on purpose.

    ``code`` (ops.code) is what the log of a run closed by the fault says, None: nothing but the text.
    ``temporary``: the same may go well later, so a task is tried again before its run is closed.
    """

    code: ClassVar[str | None] = None
    temporary: ClassVar[bool] = False


class ConfigError(DealflowError):
    """Carry every problem found in the settings at once, one line each."""

    code = "CONFIG_ERROR"

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class FetchFailed(DealflowError):
    """Say that the source could not be read: no answer, a refusal, a broken transfer."""

    code = "FETCH_FAILED"


class BadFile(DealflowError):
    """Say in plain words why a landed file is refused as a whole. Nothing of it is applied."""

    code = "BAD_FILE"


class VendorError(DealflowError):
    """
    Say that a call to a vendor's API went wrong.

    ``http_status`` is None when no answer came; ``response`` is the body, scrubbed, as far as it came.
    """

    code = "VENDOR_FAILED"

    def __init__(self, message: str, *, http_status: int | None = None, response: Any = None) -> None:
        self.http_status = http_status
        self.response = response
        super().__init__(message)


class TemporaryVendorError(VendorError):
    """Say that the call was not applied, or may be repeated without harm: later it may pass."""

    temporary = True


class NotReached(TemporaryVendorError):
    """Say that no connection came about: the vendor cannot have seen the call, whatever it was."""


class LostAnswer(TemporaryVendorError):
    """Say that a call that creates may have been applied or not: look it up before sending it again."""


class Unsure(TemporaryVendorError):
    """Say that new tokens were asked for and the answer was lost: the old ones may have served already."""


class WindowSpent(TemporaryVendorError):
    """Say that nothing was applied because the vendor's budget is spent; try again after ``until``."""

    def __init__(
        self,
        until: datetime,
        message: str | None = None,
        *,
        http_status: int | None = None,
        response: Any = None,
    ) -> None:
        self.until = until
        said = message or f"Лимит запросов исчерпан до {until:%d.%m.%Y %H:%M:%S %Z}."
        super().__init__(said, http_status=http_status, response=response)


class RejectedByVendor(VendorError):
    """Carry the vendor's refusal: the same call will be refused again."""


class AccessDenied(RejectedByVendor):
    """Say that the vendor does not let us in: wrong token, no right, unpaid (401, 402, 403)."""

    code = "ACCESS_DENIED"


class ReauthRequired(AccessDenied):
    """Say that the tokens are of no more use: only a person can authorise anew."""


class Unpaid(AccessDenied):
    """Say that the account is not paid for (402)."""


class Blocked(AccessDenied):
    """Say that the vendor has shut us out (403), which no repetition will heal."""
