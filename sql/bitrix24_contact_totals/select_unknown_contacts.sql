-- One row a contact that was asked for and has no total, neither now nor before.
select asked.contact_id
from unnest(%(contact_ids)s::bigint[]) as asked (contact_id)
where
    not exists (
        select
        from stage.bitrix24_contact_totals_total as total
        where total.run_id = %(run_id)s and total.contact_id = asked.contact_id
    )
    and not exists (
        select
        from mart.contact_year_total as known
        where known.account = %(account)s and known.contact_id = asked.contact_id
    )
order by asked.contact_id;
