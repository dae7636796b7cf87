"""Articles and titles of items (keepincrm Q1, Q6; opencart 7, 8.4)."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from include.opencart_catalog import variants
from include.opencart_catalog.article import article, article_by_ids, article_by_labels, article_key
from include.opencart_catalog.product import Catalogue, Product
from include.opencart_catalog.variants import Choice, Combination, Option


class Spelling(NamedTuple):
    """
    How the variants of one product are named.

    ``twice``: values that it offers twice. ``clashing``: keys that several of its items would have by words
    or codes alone, so that ids are added; None: too many variants to tell. ``has_one_option``: a code of a
    value is then a code of the variant, and needs no article of the product before it.
    """

    twice: frozenset[tuple[int, int]] = frozenset()
    clashing: frozenset[str] | None = frozenset()
    has_one_option: bool = True


def spelling(base: str | None, options: Sequence[Option], catalogue: Catalogue) -> Spelling:
    """Work out how the variants of a product with that article and those options are named."""
    items = catalogue.settings.items
    offered = variants.offered(options, checkbox_values=items.checkbox_values)
    plain = Spelling(variants.repeated(options), frozenset(), len(offered) == 1)
    has_codes = any(value.code for option in offered for value in option.values)
    if items.variant_article == "ids" and not has_codes:
        return plain
    if variants.count(options, checkbox_values=items.checkbox_values) > items.max_variants:
        return plain._replace(clashing=None)
    made = list(variants.combinations(options, checkbox_values=items.checkbox_values))
    named = [(), *made] if items.base_with_variants else made
    keys = Counter(_key(variant_article(base, one, plain, catalogue), catalogue) for one in named)
    return plain._replace(clashing=frozenset(key for key, times in keys.items() if key and times > 1))


def own_article(product: Product, catalogue: Catalogue) -> str | None:
    """
    Give a product's own article.

    A variant row of 4.x gets its original's article when it is saved. Under that both would be one item, so
    such a copy is called as the combination it stands for.
    """
    own = article(product.sku, product.model, catalogue.settings.items.article_source)
    original = product.original
    if original and original.combination and article_key(own) == article_key(original.article):
        spelled = spelling(own, original.options, catalogue)
        return variant_article(own, original.combination, spelled, catalogue)
    return own


def variant_article(
    base: str | None, combination: Combination, spelled: Spelling, catalogue: Catalogue
) -> str | None:
    """Name a variant: by the codes of its values if the shop has one for each, else after its product."""
    if not combination:
        return base
    choices = variants.by_option(combination)
    ids = variants.ids_of(combination, spelled.twice)
    written = _by_codes(base, choices, spelled)
    if written is None and base is not None:
        if catalogue.settings.items.variant_article == "ids":
            return article_by_ids(base, ids)
        written = article_by_labels(base, [choice.value.name for choice in choices], ids)
    if written is None:
        return None
    is_shared = spelled.clashing is None or _key(written, catalogue) in spelled.clashing
    return article_by_ids(written, ids) if is_shared else written


def item_title(product: Product, combination: Combination) -> str:
    """Add the options; also to the name of a 4.x variant row that is but its original's."""
    is_copy = product.original is not None and product.original.name == product.name
    return variants.title(product.name, combination or (copied(product) if is_copy else ()))


def copied(product: Product) -> Combination:
    """Give the combination that a variant row of 4.x stands for; none for other products."""
    return product.original.combination if product.original else ()


def _by_codes(base: str | None, choices: Sequence[Choice], spelled: Spelling) -> str | None:
    """
    Join the codes of values; None: one has none.

    A code is its value's, not its product's: where there are several options «R-L» may be of any product.
    """
    codes = [choice.value.code for choice in choices]
    if not all(article_key(code) for code in codes):
        return None
    if spelled.has_one_option:
        return codes[0]
    return None if base is None else "-".join((base, *(code for code in codes if code)))


def _key(written: str | None, catalogue: Catalogue) -> str | None:
    return article_key(written, fold_lookalikes=catalogue.settings.items.fold_lookalikes)
