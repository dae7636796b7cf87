"""What ``amocrm_statuses`` makes of leads: mapping, filter, calculated fields, UTM, what is pushed."""
