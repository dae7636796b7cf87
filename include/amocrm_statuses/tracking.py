"""UTM and other traces of where a lead came from: the system's codes and our names (amocrm 5.6)."""

from types import MappingProxyType

# Codes of system fields (type tracking_data), in upper case -> columns of mart.amocrm_lead_utm.
SYSTEM_CODES = MappingProxyType(
    {
        "UTM_SOURCE": "utm_source",
        "UTM_MEDIUM": "utm_medium",
        "UTM_CAMPAIGN": "utm_campaign",
        "UTM_CONTENT": "utm_content",
        "UTM_TERM": "utm_term",
        "UTM_REFERRER": "utm_referrer",
        "_YM_UID": "metrika_cid",
        "GCLIENTID": "google_cid",
        "GCLID": "gclid",
        "YCLID": "yclid",
        "FBCLID": "fbclid",
        "ROISTAT": "roistat",
        "REFERRER": "referrer",
    }
)
SLOTS = (
    *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    *("metrika_cid", "google_cid", "smart_visitor_id"),
)
COLUMNS = tuple(dict.fromkeys((*SLOTS, *SYSTEM_CODES.values())))
# What a rule of the filter may name: columns, and the vendor's own words for two of them.
ALIASES = MappingProxyType({"ym_uid": "metrika_cid", "gclientid": "google_cid"})
UTM_NAMES = (*COLUMNS, *ALIASES)
