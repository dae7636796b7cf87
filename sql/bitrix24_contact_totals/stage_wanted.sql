-- One row a contact and field within the scope: what it shall hold. What was written once and is nothing now falls to 0.
with naming as (
    select *
    from stage.bitrix24_contact_totals_naming
    where run_id = %(run_id)s and in_scope and standing <> 'absent' and kind <> 'changed_at'
),

managed as (
    select total.*
    from stage.bitrix24_contact_totals_total as total
    where
        total.run_id = %(run_id)s
        and (%(funnels)s::integer[] = '{}' or total.category_id = any(%(funnels)s))
        and total.category_id <> all(%(exclude_funnels)s::integer[])
),

due as (
    select
        managed.contact_id,
        naming.field_name,
        naming.year,
        managed.amount_minor
    from managed
    inner join naming
        on naming.kind = 'total' and managed.category_id = naming.category_id and managed.year = naming.year
    union all
    select
        managed.contact_id,
        naming.field_name,
        naming.year,
        sum(managed.amount_minor)::bigint
    from managed
    inner join naming on naming.kind = 'all' or (naming.kind = 'year' and managed.year = naming.year)
    group by managed.contact_id, naming.field_name, naming.year
),

written as (
    select
        written_total.contact_id,
        written_total.field_name,
        naming.year,
        written_total.amount_minor
    from mart.bitrix24_written_total as written_total
    inner join naming on written_total.field_name = naming.field_name
    where written_total.account = %(account)s
)

insert into stage.bitrix24_contact_totals_wanted (run_id, contact_id, field_name, year, amount_minor, confirmed_minor)
select
    %(run_id)s,
    coalesce(due.contact_id, written.contact_id),
    coalesce(due.field_name, written.field_name),
    coalesce(due.year, written.year),
    coalesce(due.amount_minor, 0),
    written.amount_minor
from due
full join written on due.contact_id = written.contact_id and due.field_name = written.field_name;
