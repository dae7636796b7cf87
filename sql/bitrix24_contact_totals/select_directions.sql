-- Directions that totals are or were kept for, one row each; those the portal does not show have no name of today. One that the
-- settings leave out now is among them until the portal's fields that we have filled hold nothing any more.
with met as (
    select category_id from stage.bitrix24_funnel
    where run_id = %(run_id)s
    union distinct
    select category_id from stage.bitrix24_contact_totals_amount
    where run_id = %(run_id)s
    union distinct
    select category_id from stage.bitrix24_contact_totals_total
    where run_id = %(run_id)s and amount_minor <> 0
    union distinct
    select category_id from mart.bitrix24_field
    where account = %(account)s and kind = 'total' and not is_gone
),

filled as (
    select distinct field.category_id
    from mart.bitrix24_written_total as written
    inner join mart.bitrix24_field as field
        on written.account = field.account and written.field_name = field.field_name and field.kind = 'total'
    where written.account = %(account)s and written.amount_minor <> 0
)

select
    met.category_id,
    coalesce(staged.name, kept.name, met.category_id::text) as name
from met
left join stage.bitrix24_funnel as staged on staged.run_id = %(run_id)s and met.category_id = staged.category_id
left join mart.bitrix24_funnel as kept on kept.account = %(account)s and met.category_id = kept.category_id
where
    (%(funnels)s::integer[] = '{}' or met.category_id = any(%(funnels)s))
    and met.category_id <> all(%(exclude_funnels)s::integer[])
    or met.category_id in (select filled.category_id from filled)
order by met.category_id;
