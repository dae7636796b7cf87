-- One row a contact that is not asked about, though a total of it has changed: the portal has no field for that.
with changed as (
    select
        total.contact_id,
        jsonb_agg(distinct naming.field_name) as missing
    from stage.bitrix24_contact_totals_total as total
    inner join stage.bitrix24_contact_totals_naming as naming
        on
            naming.run_id = %(run_id)s
            and naming.kind = 'total'
            and naming.in_scope
            and naming.standing = 'absent'
            and total.category_id = naming.category_id
            and total.year = naming.year
    left join mart.contact_year_total as kept
        on
            kept.account = %(account)s
            and total.contact_id = kept.contact_id
            and total.category_id = kept.category_id
            and total.year = kept.year
    where
        total.run_id = %(run_id)s
        and total.amount_minor <> coalesce(kept.amount_minor, 0)
        and (%(contact_ids)s::bigint[] is null or total.contact_id = any(%(contact_ids)s))
    group by total.contact_id
)

insert into stage.bitrix24_contact_totals_decision (
    run_id, contact_id, outcome, codes, before, after, details, is_logged
)
select
    %(run_id)s,
    contact_id,
    'no_field',
    array['B24_FIELD_MISSING'],
    '{}',
    '{}',
    jsonb_build_object('missing', missing),
    true
from changed
on conflict (run_id, contact_id) do nothing;
