-- One row: whether every lead of an account and every sum is accounted for. None before the first run.
select
    live,
    deleted,
    kept,
    in_funnels,
    never_mapped,
    sales_volume,
    is_conserved
from mart.v_amocrm_statuses_reconciliation
where account = %(account)s;
