-- One row a contact whose best tier of a year, without a year over all years, is this one: the largest sum first, below the one that the
-- previous page ended with. Each says how many contacts every tier of that kind has; without contacts there is one row that says so.
with reached as materialized (
    select
        tier_no,
        contact_id,
        amount
    from mart.v_contact_tier
    where account = %(account)s and (year = %(year)s::integer or (%(year)s::integer is null and year is null))
),

counted as (
    select coalesce(jsonb_object_agg(tier.tier_no, tier.contacts), '{}') as counts
    from (
        select
            tier_no,
            count(*) as contacts
        from reached
        group by tier_no
    ) as tier
),

page as (
    select
        contact_id,
        amount
    from reached
    where
        tier_no = %(tier)s
        and (%(before)s::bigint is null or (amount, contact_id) < (%(below)s::numeric, %(before)s::bigint))
    order by amount desc, contact_id desc
    limit %(page_size)s
)

select
    counted.counts,
    page.contact_id,
    page.amount,
    contact.name,
    contact.gone_at,
    link.client_id
from counted
left join page on true
left join mart.bitrix24_contact as contact on contact.account = %(account)s and page.contact_id = contact.contact_id
left join mart.client_link as link on link.system = %(account)s and link.external_id = page.contact_id::text
order by page.amount desc, page.contact_id desc;
