"""The sweep of ``bitrix24_contact_totals``: its scene, its books, and what else may happen on the way."""

from tests.faults import totals_books
from tests.faults.portal_faults import OF_PORTALS
from tests.faults.portal_sweep import Scene
from tests.faults.totals_portal import GONE, delete_contact, place_in, prepare

DISTURBANCES = {
    **OF_PORTALS,
    "rights lost for a funnel": {"at_page": 0, "rights": {"funnels": [0]}},
    "contact deleted": {"at_page": 0, "delete_contacts": [GONE]},
    "field creation fails": {"ways": {"field_creation": "500"}},
    "field creation applied and lost": {"ways": {"field_creation": "500_applied"}},
}
SCENE = Scene(
    prepare,
    place_in,
    lambda portal: delete_contact(portal.crm),
    DISTURBANCES,
    {"contact deleted": lambda books: totals_books.without_meanwhile(books, GONE)},
    totals_books.books,
    totals_books.promises_broken,
    totals_books.created_by,
)
