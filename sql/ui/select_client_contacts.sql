-- One row a contact of a portal that is the client, with what it has bought, the largest sum first.
with bought as (
    select
        total.account,
        total.contact_id,
        sum(total.deals) as deals,
        mart.from_minor(sum(total.amount_minor)::bigint, max(total.decimals)) as amount,
        max(total.currency) as currency,
        max(total.decimals) as decimals,
        array_agg(distinct total.year order by total.year desc) filter (where total.amount_minor <> 0) as years
    from mart.client_link as link
    inner join mart.bitrix24_contact as contact
        on link.system = contact.account and link.external_id = contact.contact_id::text
    inner join mart.contact_year_total as total
        on contact.account = total.account and contact.contact_id = total.contact_id
    where link.client_id = %(client)s
    group by total.account, total.contact_id
)

select
    link.system as account,
    contact.contact_id,
    contact.name,
    contact.gone_at,
    bought.years,
    bought.deals,
    bought.amount,
    bought.currency,
    bought.decimals
from mart.client_link as link
inner join mart.bitrix24_contact as contact
    on link.system = contact.account and link.external_id = contact.contact_id::text
left join bought
    on contact.account = bought.account and contact.contact_id = bought.contact_id
where link.client_id = %(client)s
order by bought.amount desc nulls last, link.system asc, contact.contact_id asc
limit %(page_size)s;
