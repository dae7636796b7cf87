-- One row a field of the portal's contacts that totals are or were written to, with the name of its direction.
select
    field.field_name,
    field.kind,
    field.year,
    coalesce(funnel.name, 'воронка ' || field.category_id) as direction
from mart.bitrix24_field as field
left join mart.bitrix24_funnel as funnel
    on field.account = funnel.account and field.category_id = funnel.category_id
where field.account = %(account)s;
