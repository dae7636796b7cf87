-- One row a deal and contact.
insert into mart.bitrix24_deal_part as kept (account, deal_id, contact_id, amount_minor)
select
    %(account)s,
    deal_id,
    contact_id,
    amount_minor
from stage.bitrix24_contact_totals_part
where run_id = %(run_id)s
on conflict (account, deal_id, contact_id) do update
    set amount_minor = excluded.amount_minor
    where kept.amount_minor <> excluded.amount_minor;
