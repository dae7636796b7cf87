"""Articles and titles of items (keepincrm Q1, Q6; opencart 7, 8.4)."""

from include.opencart_catalog import variants
from include.opencart_catalog.article import article, article_by_ids, article_by_labels, article_key
from include.opencart_catalog.product import Catalogue, Product
from include.opencart_catalog.variants import Combination


def own_article(product: Product, catalogue: Catalogue) -> str | None:
    """
    Give a product's own article.

    A variant row of 4.x gets its original's article when it is saved. Under that both would be one item, so
    such a copy is called as the combination it stands for.
    """
    own = article(product.sku, product.model, catalogue.settings.items.article_source)
    stands_for = copied(product)
    if stands_for and product.original and article_key(own) == article_key(product.original.article):
        return variant_article(own, stands_for, frozenset(), catalogue)
    return own


def variant_article(
    base: str | None, combination: Combination, twice: frozenset[tuple[int, int]], catalogue: Catalogue
) -> str | None:
    """Name a variant: by the codes of its values if the shop has one for each, else after its product."""
    if not combination:
        return base
    choices = variants.by_option(combination)
    codes = [choice.value.code for choice in choices]
    if all(article_key(code) for code in codes):
        return "-".join(code for code in codes if code)
    if base is None:
        return None
    ids = variants.ids_of(combination, twice)
    if catalogue.settings.items.variant_article == "labels":
        return article_by_labels(base, [choice.value.name for choice in choices], ids)
    return article_by_ids(base, ids)


def item_title(product: Product, combination: Combination) -> str:
    """Add the options; also to the name of a 4.x variant row that is but its original's."""
    is_copy = product.original is not None and product.original.name == product.name
    return variants.title(product.name, combination or (copied(product) if is_copy else ()))


def copied(product: Product) -> Combination:
    """Give the combination that a variant row of 4.x stands for; none for other products."""
    return product.original.combination if product.original else ()
