"""The sweep of ``bitrix24_deal_products``: its scene, its books, and what else may happen on the way."""

from tests.faults import products_books
from tests.faults.portal_sweep import Scene
from tests.faults.products_portal import GONE, delete_deal, place_in, prepare

# ``at_page`` is the page of the case.
DISTURBANCES = {
    "rights lost": {"at_page": 0, "rights": {"funnels": []}},
    "deal deleted": {"at_page": 0, "delete": [GONE]},
}
SCENE = Scene(
    prepare,
    place_in,
    lambda portal: delete_deal(portal.crm),
    DISTURBANCES,
    products_books.books,
    products_books.promises_broken,
    products_books.created_by,
)
