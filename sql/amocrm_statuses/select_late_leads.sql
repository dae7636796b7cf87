-- Leads that were read, and of which events may have been missed: those before until; null: whenever. Where nobody can tell what was
-- hidden (any_change), known ones that changed since, too; is_late: they are not of those alone.
with compared as (
    select
        staged.lead_id,
        known.lead_id is null and staged.created_at < coalesce(%(until)s::timestamptz, 'infinity')
        or coalesce(known.updated_at < staged.updated_at, false)
        and staged.updated_at < coalesce(%(until)s::timestamptz, 'infinity')
        or coalesce(known.is_deleted, false) as is_late,
        coalesce(known.updated_at < staged.updated_at and known.fingerprint <> staged.fingerprint, false) as is_changed
    from stage.amocrm_statuses_lead as staged
    left join mart.amocrm_lead as known on known.account = %(account)s and staged.lead_id = known.lead_id
    where staged.run_id = %(run_id)s
)

select
    lead_id,
    bool_or(is_late) as is_late
from compared
where is_late or %(any_change)s and is_changed
group by lead_id
order by lead_id;
