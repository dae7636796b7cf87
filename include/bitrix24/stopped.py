"""What stops a run over a Bitrix24 portal before anything is written, each with its code (ops.code)."""

from include.errors import DealflowError


class Stopped(DealflowError):
    """Say that something is not as it has to be; nothing was written."""


class ScanIncomplete(Stopped):
    code = "B24_SCAN_INCOMPLETE"


class UnknownFunnel(Stopped):
    code = "B24_FUNNEL_UNKNOWN"


class UnfitField(Stopped):
    code = "B24_FIELD_UNFIT"
