-- One row a month and path: how many leads have it, and what they cost together. A path that nobody has any more goes.
with told as (
    select
        month,
        statuses,
        count(*) as leads,
        sum(price) as price
    from mart.amocrm_lead_path
    where account = %(account)s
    group by month, statuses
),

gone as (
    delete from mart.amocrm_path as kept
    where
        kept.account = %(account)s
        and not exists (
            select from told
            where told.month = kept.month and told.statuses = kept.statuses
        )
)

insert into mart.amocrm_path (account, month, statuses, leads, price)
select
    %(account)s,
    told.month,
    told.statuses,
    told.leads,
    told.price
from told
left join mart.amocrm_path as kept
    on kept.account = %(account)s and told.month = kept.month and told.statuses = kept.statuses
where (told.leads, told.price) is distinct from (kept.leads, kept.price)
on conflict (account, month, statuses) do update
    set leads = excluded.leads, price = excluded.price;
