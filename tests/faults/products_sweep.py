"""The sweep of ``bitrix24_deal_products``: its scene, its books, and what else may happen on the way."""

from tests.faults import products_books
from tests.faults.portal_faults import OF_PORTALS
from tests.faults.portal_sweep import Scene
from tests.faults.products_portal import GONE, delete_deal, place_in, prepare

DISTURBANCES = {**OF_PORTALS, "deal deleted": {"at_page": 0, "delete": [GONE]}}
SCENE = Scene(
    prepare,
    place_in,
    lambda portal: delete_deal(portal.crm),
    DISTURBANCES,
    {},
    products_books.books,
    products_books.promises_broken,
    products_books.created_by,
)
