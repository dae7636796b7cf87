"""Write the JSON Schema of every settings file anew: ``python -m include.settings``."""

from include.paths import SETTINGS_DIR
from include.settings.amocrm_statuses import AmocrmStatusesSettings
from include.settings.bitrix24_contact_totals import ContactTotalsSettings
from include.settings.bitrix24_deal_products import DealProductsSettings
from include.settings.calltouch_orders import CalltouchOrdersSettings
from include.settings.deal_import import DealImportSettings
from include.settings.loader import Settings, json_schema
from include.settings.opencart_catalog import OpencartCatalogSettings

MODELS: dict[str, type[Settings]] = {
    "amocrm_statuses": AmocrmStatusesSettings,
    "bitrix24_contact_totals": ContactTotalsSettings,
    "bitrix24_deal_products": DealProductsSettings,
    "calltouch_orders": CalltouchOrdersSettings,
    "deal_import": DealImportSettings,
    "opencart_catalog": OpencartCatalogSettings,
}

if __name__ == "__main__":
    for name, model in MODELS.items():
        (SETTINGS_DIR / f"{name}.schema.json").write_text(json_schema(model), encoding="utf-8")
