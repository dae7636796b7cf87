"""What amoCRM tells, as rows: plain values in, plain values out (dossier: amocrm)."""
