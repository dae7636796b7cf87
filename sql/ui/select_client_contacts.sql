-- One row a contact of a portal that is the client, with what it has bought; a page of them.
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
cross join lateral (
    select
        sum(total.deals) as deals,
        mart.from_minor(sum(total.amount_minor)::bigint, max(total.decimals)) as amount,
        max(total.currency) as currency,
        max(total.decimals) as decimals,
        array_agg(distinct total.year order by total.year desc) filter (where total.amount_minor <> 0) as years
    from mart.contact_year_total as total
    where total.account = contact.account and total.contact_id = contact.contact_id
) as bought
where link.client_id = %(client)s
order by bought.amount desc nulls last, link.system asc, contact.contact_id asc
limit %(page_size)s;
