-- One row a contact that was asked about: what is set, and what is said of it. Only fields that differ are set; a field that is to be
-- created holds nothing; one that this run has written to since it was read holds that. Newest years first, as many contacts as the cap
-- allows (bitrix24 6; 7.2, 11 and 12).
with asked as (
    select
        contact.contact_id,
        contact.is_found is true as is_found,
        kept.gone_at is not null as was_gone,
        exists(
            select 1
            from ops.action as made
            where
                made.run_id = %(run_id)s
                and made.kind = 'set_totals'
                and made.key = 'contact:' || contact.contact_id
                and made.state = 'done'
        ) as was_sent
    from stage.bitrix24_contact_totals_contact as contact
    left join mart.bitrix24_contact as kept on kept.account = %(account)s and contact.contact_id = kept.contact_id
    where contact.run_id = %(run_id)s and contact.wants_values
),

field as (
    select
        wanted.contact_id,
        wanted.field_name,
        wanted.year,
        wanted.amount_minor,
        coalesce(sent.amount_minor, wanted.confirmed_minor) as confirmed_minor,
        coalesce(funnel.name, naming.category_id::text) as direction,
        coalesce(mart.from_minor(sent.amount_minor, %(decimals)s::smallint)::text, held.raw) as raw,
        coalesce(mart.from_minor(sent.amount_minor, %(decimals)s::smallint), held.amount) as amount,
        coalesce(sent.contact_id, held.contact_id) is not null as is_held,
        sent.contact_id is null and held.contact_id is not null and held.amount is null as is_odd,
        naming.standing = 'there'
        and coalesce(sent.contact_id, held.contact_id) is null
        and wanted.amount_minor <> 0 as has_no_field,
        asked.is_found,
        naming.standing
    from stage.bitrix24_contact_totals_wanted as wanted
    inner join asked on wanted.contact_id = asked.contact_id
    inner join stage.bitrix24_contact_totals_naming as naming
        on naming.run_id = %(run_id)s and wanted.field_name = naming.field_name
    left join stage.bitrix24_contact_totals_held as held
        on
            held.run_id = %(run_id)s
            and wanted.contact_id = held.contact_id
            and wanted.field_name = held.field_name
    left join mart.bitrix24_written_total as sent
        on
            sent.account = %(account)s
            and sent.run_id = %(run_id)s
            and sent.was_written
            and wanted.contact_id = sent.contact_id
            and wanted.field_name = sent.field_name
    left join stage.bitrix24_funnel as funnel
        on funnel.run_id = %(run_id)s and naming.category_id = funnel.category_id
    where wanted.run_id = %(run_id)s
),

told as (
    select
        *,
        case when round(amount, %(decimals)s) = amount then round(amount, %(decimals)s)::text else raw end as holds,
        mart.from_minor(amount_minor, %(decimals)s::smallint)::text as shall_hold,
        case
            when not is_found then false
            when is_held then coalesce(amount * %(units)s <> amount_minor, true)
            else standing = 'new' and amount_minor <> 0
        end as differs,
        case
            when not is_held or is_odd or confirmed_minor is null then false
            else amount * %(units)s <> confirmed_minor
        end as is_edited
    from field
),

summed as (
    select
        contact_id,
        bool_or(differs) as differs,
        bool_or(has_no_field) as has_no_field,
        bool_or(differs and is_edited) as is_edited,
        bool_or(differs and is_odd) as is_odd,
        max(year) filter (where differs) as year,
        jsonb_object_agg(
            field_name, case when raw is not null then to_jsonb(holds) end
        ) filter (where differs) as before,
        jsonb_object_agg(field_name, shall_hold) filter (where differs) as after,
        jsonb_object_agg(
            field_name,
            jsonb_build_object(
                'before', case when raw is not null then holds end,
                'after', shall_hold,
                'year', year,
                'direction', direction
            )
        ) filter (where differs) as fields,
        jsonb_object_agg(
            field_name,
            jsonb_build_object(
                'known', mart.from_minor(confirmed_minor, %(decimals)s::smallint)::text,
                'held', case when raw is not null then holds end
            )
        ) filter (where differs and (is_edited or is_odd)) as drift,
        jsonb_agg(field_name order by field_name) filter (where has_no_field) as missing
    from told
    group by contact_id
),

ranked as (
    select
        asked.contact_id,
        asked.is_found,
        asked.was_gone,
        asked.was_sent,
        summed.differs,
        summed.has_no_field,
        summed.is_edited,
        summed.is_odd,
        summed.year,
        summed.before,
        summed.after,
        summed.fields,
        summed.drift,
        summed.missing,
        row_number() over (
            partition by asked.is_found and coalesce(summed.differs, false)
            order by summed.year desc nulls last, asked.contact_id asc
        ) as place
    from asked
    left join summed on asked.contact_id = summed.contact_id
),

judged as (
    select
        *,
        case
            when not is_found then 'gone'
            when differs and place > %(most)s then 'postponed'
            when differs or was_sent then 'updated'
            when has_no_field then 'no_field'
            else 'unchanged'
        end as outcome
    from ranked
)

insert into stage.bitrix24_contact_totals_decision (
    run_id, contact_id, outcome, codes, year, before, after, details, is_logged
)
select
    %(run_id)s,
    asked.contact_id,
    asked.outcome,
    array_remove(
        array[
            case when asked.outcome = 'gone' then 'B24_CONTACT_GONE' end,
            case when asked.outcome = 'updated' then 'B24_TOTALS_CHANGED' end,
            case when asked.is_edited and asked.outcome = 'updated' then 'B24_MANUAL_EDIT' end,
            case when asked.is_odd and asked.outcome = 'updated' then 'B24_ODD_VALUE' end,
            case when asked.has_no_field and asked.outcome in ('updated', 'no_field') then 'B24_FIELD_MISSING' end
        ], null
    ),
    asked.year,
    coalesce(asked.before, '{}'),
    coalesce(asked.after, '{}'),
    case when asked.drift is null then '{}'::jsonb else jsonb_build_object('drift', asked.drift) end
    || case when asked.missing is null then '{}'::jsonb else jsonb_build_object('missing', asked.missing) end
    || case when asked.fields is null then '{}'::jsonb else jsonb_build_object('fields', asked.fields) end,
    asked.outcome in ('updated', 'no_field') or asked.outcome = 'gone' and not asked.was_gone
from judged as asked;
