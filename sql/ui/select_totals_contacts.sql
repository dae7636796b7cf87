-- One row a contact that has or had a total in the years and directions asked for, the largest first, below the one that the previous
-- page ended with; only those that pass the filters. Text is looked for in names; a number is that of a contact or of a client.
with summed as (
    select
        total.contact_id,
        sum(total.amount_minor)::bigint as amount_minor,
        sum(total.deals) as deals
    from mart.contact_year_total as total
    where
        total.account = %(account)s
        and (%(year)s::integer is null or total.year = %(year)s)
        and (%(direction)s::integer is null or total.category_id = %(direction)s)
        and (
            %(sought)s::text is null
            or total.contact_id = %(number)s
            or total.contact_id in (
                select named.contact_id
                from mart.bitrix24_contact as named
                where named.account = %(account)s and named.name ilike %(pattern)s
            )
            or total.contact_id::text in (
                select linked.external_id
                from mart.client_link as linked
                where linked.system = %(account)s and linked.client_id = %(number)s
            )
        )
        and (
            %(tier)s::integer is null
            or total.contact_id in (
                select reached.contact_id
                from mart.v_contact_tier as reached
                where
                    reached.account = %(account)s
                    and reached.tier_no = %(tier)s
                    and (
                        reached.year = %(tier_year)s::integer
                        or (%(tier_year)s::integer is null and reached.year is null)
                    )
            )
        )
    group by total.contact_id
),

page as (
    select *
    from summed
    where %(before)s::bigint is null or (amount_minor, contact_id) < (%(below)s::bigint, %(before)s::bigint)
    order by amount_minor desc, contact_id desc
    limit %(page_size)s
)

select
    page.contact_id,
    page.amount_minor,
    mart.from_minor(page.amount_minor, %(decimals)s::smallint) as amount,
    page.deals,
    contact.name,
    contact.gone_at,
    link.client_id,
    told.unwritten,
    told.fieldless
from page
cross join
    lateral (
        select
            count(*) filter (where total.field_name is not null) as unwritten,
            count(*) filter (where total.field_name is null) as fieldless
        from mart.v_contact_total_by_year as total
        where total.account = %(account)s and total.contact_id = page.contact_id and not total.is_written
    ) as told
left join mart.bitrix24_contact as contact on contact.account = %(account)s and page.contact_id = contact.contact_id
left join mart.client_link as link on link.system = %(account)s and link.external_id = page.contact_id::text
order by page.amount_minor desc, page.contact_id desc;
