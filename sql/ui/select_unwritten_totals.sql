-- One row a total that the portal has a field for and does not show, of contacts that it still has; by contact, above the one that the
-- previous page ended with.
select
    told.contact_id,
    told.contact_name as name,
    told.client_id,
    told.year,
    told.category_id,
    told.direction,
    told.total,
    told.currency,
    told.written,
    told.written_at,
    told.changed_at,
    told.field_name,
    total.decimals
from mart.v_contact_total_by_year as told
left join mart.bitrix24_contact as contact
    on told.account = contact.account and told.contact_id = contact.contact_id
inner join mart.contact_year_total as total
    on
        told.account = total.account
        and told.contact_id = total.contact_id
        and told.category_id = total.category_id
        and told.year = total.year
where
    told.account = %(account)s
    and not told.is_written
    and told.field_name is not null
    and contact.gone_at is null
    and (
        %(after)s::bigint is null
        or (told.contact_id, told.year, told.category_id) > (%(after)s::bigint, %(after_year)s::integer, %(after_direction)s::integer)
    )
order by told.contact_id, told.year, told.category_id
limit %(page_size)s;
