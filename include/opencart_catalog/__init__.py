"""The catalogue of an OpenCart shop: plain rules that turn its rows into items for the CRM."""
