-- One row a contact that has a total; it learns its name, and whether it is gone, when the portal was asked.
with totalled as (
    select distinct contact_id
    from stage.bitrix24_contact_totals_total
    where run_id = %(run_id)s
),

asked as (
    select
        contact_id,
        name,
        is_found,
        case when wants_values then %(now)s end as looked_at
    from stage.bitrix24_contact_totals_contact
    where run_id = %(run_id)s
)

insert into mart.bitrix24_contact as kept (account, contact_id, name, gone_at, looked_at, first_run_id)
select
    %(account)s,
    coalesce(totalled.contact_id, asked.contact_id),
    coalesce(asked.name, known.name),
    case
        when asked.is_found then null
        when not asked.is_found then coalesce(known.gone_at, %(now)s)
        else known.gone_at
    end,
    coalesce(asked.looked_at, known.looked_at),
    %(run_id)s
from totalled
full join asked on totalled.contact_id = asked.contact_id
left join mart.bitrix24_contact as known
    on known.account = %(account)s and coalesce(totalled.contact_id, asked.contact_id) = known.contact_id
on conflict (account, contact_id) do update
    set name = excluded.name, gone_at = excluded.gone_at, looked_at = excluded.looked_at
    where
    (kept.name, kept.gone_at, kept.looked_at) is distinct from (excluded.name, excluded.gone_at, excluded.looked_at);
