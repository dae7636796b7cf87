-- One row a total of a contact, with what the portal is known to hold of it.
select
    told.year,
    told.category_id,
    told.direction,
    funnel.sort,
    told.total,
    told.currency,
    total.amount_minor,
    total.decimals,
    told.deals,
    told.changed_at,
    total.changed_run_id,
    told.field_name,
    told.written,
    told.written_at,
    told.is_written,
    written.was_written,
    written.run_id as written_run_id
from mart.v_contact_total_by_year as told
inner join mart.contact_year_total as total
    on
        told.account = total.account
        and told.contact_id = total.contact_id
        and told.category_id = total.category_id
        and told.year = total.year
left join mart.bitrix24_funnel as funnel
    on told.account = funnel.account and told.category_id = funnel.category_id
left join mart.bitrix24_written_total as written
    on
        told.account = written.account
        and told.contact_id = written.contact_id
        and told.field_name = written.field_name
where told.account = %(account)s and told.contact_id = %(contact)s
order by told.year desc, funnel.sort asc nulls last, told.category_id asc;
