"""What ``opencart_catalog`` has of its own: the shop of the settings, what a run may do, its two hooks."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from include.errors import ConfigError
from include.opencart_catalog.messages import WORDS
from include.settings.opencart_catalog import OpencartCatalogSettings, load_opencart_catalog
from include.vendors.limits import Limits
from plugins.hooks.keepincrm import KeepinCRMHook
from plugins.hooks.opencart import OpenCartHook
from plugins.pipelines.one_source import OneSource
from plugins.runs import Pipeline, has_connection
from plugins.steps.budget import BudgetGate
from plugins.steps.opencart_catalog import PIPELINE, TARGET, Catalog, Scope
from plugins.steps.opencart_catalog_close import conclude
from plugins.warehouse import Warehouse

MINUTE = 60
SHOP = OneSource(lambda settings: settings.shop.connection, "Магазин у налаштуваннях уже інший: {}, не {}.")


def load() -> OpencartCatalogSettings:
    """Load the settings; raise ConfigError with all problems, missing connections among them."""
    return load_opencart_catalog(has_connection)


def scope_of(params: Mapping[str, Any]) -> Scope:
    """Say what a run may do; raises ConfigError when no article is left of those that were asked for."""
    articles = [str(article).strip() for article in params["only_articles"] or ()]
    if articles and not any(articles):
        raise ConfigError("only_articles: жодного артикула не вказано, лише порожні рядки.")
    asked = {name: params[name] for name in Scope._fields if name in params}
    return Scope(**asked | {"only_articles": tuple(filter(None, articles))})


def limits_of(settings: OpencartCatalogSettings) -> Limits:
    """Give the limits of the account: a pace, shared by all who use its key (keepincrm 2)."""
    crm = settings.crm
    apart = max(crm.seconds_between_calls, MINUTE / crm.calls_per_minute)
    return Limits(calls_per_second=1 / apart, share=Decimal(1), zone=settings.timezone)


def crm_hook(warehouse: Warehouse, job: Catalog) -> KeepinCRMHook:
    """Make the hook of the CRM, behind the gate that all workers share."""
    return KeepinCRMHook(job.account, BudgetGate(warehouse, TARGET, job.account, limits_of(job.settings)))


def shop_hook(job: Catalog) -> OpenCartHook:
    """Make the hook of the shop's database."""
    return OpenCartHook(job.shop)


def _job(settings: OpencartCatalogSettings, run: Any, params: Mapping[str, Any]) -> Catalog:
    SHOP.check(settings, run.source)
    return Catalog(run.run_id, settings, run.started_at, scope_of(params), run.dry_run)


CATALOG = Pipeline(
    name=PIPELINE,
    param=None,
    load=load,
    sources=SHOP.sources,
    check=SHOP.check,
    job=_job,
    conclude=conclude,
    usual={"dry_run": False, **Scope._field_defaults},
    zone_of=SHOP.zone_of,
    words=WORDS,
)
