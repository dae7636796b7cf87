"""The domain: plain Python; no Airflow, no network, no database."""
