"""Short ways to read a file in these tests."""

import io
from zoneinfo import ZoneInfo

from include.deal_import.feed import Feed
from include.deal_import.layout import DealExport, Layout
from include.deal_import.row import ExportRow

MOSCOW = ZoneInfo("Europe/Moscow")


def feed_of(content: str | bytes, layout: Layout | None = None, **options) -> Feed:
    """Make a feed of a whole document."""
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return Feed(stream, layout or DealExport(), MOSCOW, "RUB", **options)


def export(records: str, attributes: str = 'version="1.0"') -> str:
    """Wrap records into our own format."""
    return f"<deal_export {attributes}>{records}</deal_export>"


def row_of(record: str, **options) -> ExportRow:
    """Read the one record of a file in our own format."""
    (row,) = feed_of(export(f"<record>{record}</record>"), **options)
    return row
