"""Write an export as a file in the ``deal_export`` 1.0 form."""

from xml.sax.saxutils import escape, quoteattr

from tests.deal_import.reading import RawRecord
from tests.deal_import.world import Export


def to_xml(export: Export, encoding: str = "utf-8") -> bytes:
    """Write the export in the ``deal_export`` 1.0 form."""
    currency = f" currency={quoteattr(export.currency)}" if export.currency else ""
    body = "\n".join(record_xml(record) for record in export.records)
    declaration = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    text = f'{declaration}\n<deal_export version="1.0"{currency}>\n{body}\n</deal_export>\n'
    return text.encode(encoding)


def record_xml(record: RawRecord) -> str:
    outer, inner = "", ""
    for name, value in record.items():
        if name in ("phone", "email"):
            inner += "".join(f"<{name}>{escape(one)}</{name}>" for one in value)
        elif name == "field":
            inner += "".join(f"<field name={quoteattr(key)}>{escape(one)}</field>" for key, one in value)
        elif name in ("tsuid", "name", "company"):
            inner += f"<{name}>{escape(value)}</{name}>"
        else:
            outer += f"<{name}>{escape(value)}</{name}>"
    return f"<record>{outer}<client>{inner}</client></record>"
