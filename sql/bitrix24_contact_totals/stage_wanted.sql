-- One row a contact and field within the scope: what it shall hold. What was written once and is nothing now falls to 0. What was
-- sent, and nobody knows whether it was taken, is in doubt until the portal is asked, and so is what was counted in another unit.
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
        written_total.amount_minor,
        written_total.decimals <> %(decimals)s as is_stale
    from mart.bitrix24_written_total as written_total
    inner join naming on written_total.field_name = naming.field_name
    where
        written_total.account = %(account)s
        and (naming.standing = 'there' or written_total.was_written and written_total.run_id = %(run_id)s)
),

doubted as (
    select distinct
        split_part(sent.key, ':', 2)::bigint as contact_id,
        naming.field_name,
        naming.year
    from ops.action as sent
    cross join lateral jsonb_object_keys(sent.after) as field (name)
    inner join naming on field.name = naming.field_name and naming.standing = 'there'
    left join mart.bitrix24_written_total as since
        on
            since.account = %(account)s
            and split_part(sent.key, ':', 2)::bigint = since.contact_id
            and naming.field_name = since.field_name
            and sent.sent_at < since.confirmed_at
    where
        sent.target = %(vendor)s
        and sent.account = %(account)s
        and sent.kind = 'set_totals'
        and sent.attempts > 0
        and sent.state <> 'done'
        and since.contact_id is null
),

known as (
    select
        coalesce(written.contact_id, doubted.contact_id) as contact_id,
        coalesce(written.field_name, doubted.field_name) as field_name,
        coalesce(written.year, doubted.year) as year,
        case when doubted.contact_id is null and not written.is_stale then written.amount_minor end as amount_minor,
        doubted.contact_id is not null or coalesce(written.is_stale, false) as is_doubted
    from written
    full join doubted on written.contact_id = doubted.contact_id and written.field_name = doubted.field_name
)

insert into stage.bitrix24_contact_totals_wanted (
    run_id, contact_id, field_name, year, amount_minor, confirmed_minor, is_doubted
)
select
    %(run_id)s,
    coalesce(due.contact_id, known.contact_id),
    coalesce(due.field_name, known.field_name),
    coalesce(due.year, known.year),
    coalesce(due.amount_minor, 0),
    known.amount_minor,
    coalesce(known.is_doubted, false)
from due
full join known on due.contact_id = known.contact_id and due.field_name = known.field_name;
