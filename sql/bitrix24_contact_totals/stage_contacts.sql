-- One row a contact to ask the portal about, within the scope: something of it has changed or is in doubt, or it is its turn to be
-- looked at or has missed it, or it has no client yet. One that is known to be gone is looked at while deals name it, or by turns.
with due as (
    select
        contact_id,
        bool_or(is_doubted or amount_minor <> coalesce(confirmed_minor, 0)) as differs,
        bool_or(confirmed_minor is not null) as is_known
    from stage.bitrix24_contact_totals_wanted
    where run_id = %(run_id)s
    group by contact_id
),

shared as (
    select
        total.contact_id,
        bool_or(total.deals > 0) as has_deals,
        bool_or(total.amount_minor is distinct from coalesce(kept.amount_minor, 0)) as has_changed
    from stage.bitrix24_contact_totals_total as total
    left join mart.contact_year_total as kept
        on
            kept.account = %(account)s
            and total.contact_id = kept.contact_id
            and total.category_id = kept.category_id
            and total.year = kept.year
    where total.run_id = %(run_id)s
    group by total.contact_id
),

met as (
    select
        coalesce(due.contact_id, shared.contact_id) as contact_id,
        coalesce(due.differs, false) as differs,
        coalesce(due.is_known, false) as is_known,
        coalesce(shared.has_deals, false) as has_deals,
        coalesce(shared.has_changed, false) as has_changed
    from due
    full join shared on due.contact_id = shared.contact_id
),

judged as (
    select
        met.*,
        kept.contact_id is null as is_new,
        kept.gone_at is not null as was_gone,
        %(repair_days)s > 0
        and (
            mod(met.contact_id, greatest(%(repair_days)s, 1)) = mod(%(day)s, greatest(%(repair_days)s, 1))
            or coalesce(kept.looked_at <= %(now)s - make_interval(days => %(repair_days)s, hours => -12), false)
        ) as is_due
    from met
    left join mart.bitrix24_contact as kept on kept.account = %(account)s and met.contact_id = kept.contact_id
),

wishes as (
    select
        judged.contact_id,
        judged.differs
        and (not judged.was_gone or judged.has_deals or judged.has_changed or judged.is_due) as differs,
        judged.is_known and judged.is_due as is_turn,
        judged.has_deals and link.client_id is null and (judged.is_new or judged.is_due) as wants_keys
    from judged
    left join mart.client_link as link on link.system = %(account)s and judged.contact_id::text = link.external_id
    where %(contact_ids)s::bigint[] is null or judged.contact_id = any(%(contact_ids)s)
)

insert into stage.bitrix24_contact_totals_contact (run_id, row_no, contact_id, wants_values, wants_keys, is_turn)
select
    %(run_id)s,
    row_number() over (order by contact_id),
    contact_id,
    differs or is_turn,
    wants_keys,
    not differs
from wishes
where differs or is_turn or wants_keys;
