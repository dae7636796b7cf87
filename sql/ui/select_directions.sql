-- One row a direction of a portal, also of those that it does not show any more.
select
    category_id,
    name,
    sort,
    is_gone
from mart.bitrix24_funnel
where account = %(account)s
order by is_gone, sort, category_id;
