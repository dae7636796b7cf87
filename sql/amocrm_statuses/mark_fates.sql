-- A lead whose last word is an event of its deletion is deleted, unless it changed since; a list that shows it knows better.
-- One whose last word is an event of its restoration is live again, unless the bin shows it.
with fate as (
    select distinct on (event.lead_id)
        event.lead_id,
        event.type = 'lead_deleted' as is_deletion,
        event.occurred_at
    from mart.amocrm_lead_event as event
    where
        event.account = %(account)s
        and event.type in ('lead_deleted', 'lead_restored')
        and event.lead_id in (
            select staged.lead_id from stage.amocrm_statuses_event as staged
            where staged.run_id = %(run_id)s and staged.type in ('lead_deleted', 'lead_restored')
        )
    order by event.lead_id asc, event.occurred_at desc, event.event_id desc
)

update mart.amocrm_lead as kept
set
    is_deleted = fate.is_deletion,
    deleted_at = case when fate.is_deletion then fate.occurred_at end,
    deleted_reason = case when fate.is_deletion then 'event' end,
    changed_run_id = %(run_id)s
from fate
where
    kept.account = %(account)s
    and kept.lead_id = fate.lead_id
    and kept.is_deleted <> fate.is_deletion
    and case
        when fate.is_deletion
            then
                fate.occurred_at >= kept.updated_at
                and not exists (
                    select from stage.amocrm_statuses_lead as staged
                    where staged.run_id = %(run_id)s and staged.lead_id = kept.lead_id
                )
        else
            fate.occurred_at > kept.deleted_at
            and not exists (
                select from stage.amocrm_statuses_gone as gone
                where gone.run_id = %(run_id)s and gone.lead_id = kept.lead_id
            )
    end;
