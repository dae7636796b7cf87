"""Which portal a page is about: the one asked for, that of a run, that of the settings."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from fastapi import HTTPException

from plugins.ui.portals import Address, Portals, address_of, read_products, read_totals
from plugins.ui.site import CONTACT_TOTALS, DEAL_PRODUCTS, Site
from plugins.ui.warehouse import Reader


class Chosen(NamedTuple):
    """
    The portal of a page; ``name`` is None while there is none.

    known: all portals that runs have read. asked: what links have to carry so that they stay with it.
    """

    portals: Portals
    name: str | None
    known: list[str]
    address: Address

    @property
    def asked(self) -> dict[str, str | None]:
        return {} if self.name in self.portals.names else {"portal": self.name}


def usual_year(years: Sequence[int], zone: tzinfo) -> int:
    """Give the year to begin with: this one, or the last with totals when this one has none."""
    present = datetime.now(zone).year
    return present if present in years or not years else max(years)


def chosen_portal(
    reader: Reader, wanted: str | None, run: int | None = None, site: Site = CONTACT_TOTALS
) -> Chosen:
    """Choose the portal. Raises a 404 for one that no run has read and the settings do not name."""
    portals = read_products() if site is DEAL_PRODUCTS else read_totals()
    ran = [row["source"] for row in reader.rows("select_known_sources", pipeline=site.dag_id)]
    known = [*portals.names, *(name for name in ran if name not in portals.names)]
    if wanted is None and run is not None:
        row = reader.row("select_run", pipeline=site.dag_id, run=run)
        wanted = row["source"] if row else None
    if wanted is not None and wanted not in known:
        raise HTTPException(404)
    name = wanted or next(iter(known), None)
    return Chosen(portals, name, known, address_of(name))
