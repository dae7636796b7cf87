"""What ``bitrix24_deal_products`` has of its own: the portal of the settings, and what a run looks at."""

from collections.abc import Mapping
from typing import Any

from include.bitrix24_deal_products.messages import WORDS
from include.settings.bitrix24_deal_products import DealProductsSettings, load_bitrix24_deal_products
from plugins.pipelines.bitrix24_portal import PORTAL
from plugins.runs import Pipeline, has_connection
from plugins.steps.bitrix24_deal_products import PIPELINE, DealProducts, Scope
from plugins.steps.bitrix24_deal_products_close import conclude


def load() -> DealProductsSettings:
    """Load the settings; raise ConfigError with all problems, a missing connection among them."""
    return load_bitrix24_deal_products(has_connection)


def scope_of(params: Mapping[str, Any]) -> Scope:
    """Say what a run looks at."""
    asked = {name: params[name] for name in Scope._fields if name in params}
    return Scope(**asked | {"deal_ids": tuple(params.get("deal_ids") or ())})


def _job(settings: DealProductsSettings, run: Any, params: Mapping[str, Any]) -> DealProducts:
    PORTAL.check(settings, run.source)
    return DealProducts(run.run_id, settings, run.started_at, scope_of(params), run.dry_run)


DEAL_PRODUCTS = Pipeline(
    name=PIPELINE,
    param=None,
    load=load,
    sources=PORTAL.sources,
    check=PORTAL.check,
    job=_job,
    conclude=conclude,
    zone_of=PORTAL.zone_of,
    usual={"dry_run": False, **Scope._field_defaults},
    words=WORDS,
)
