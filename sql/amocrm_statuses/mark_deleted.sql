-- A lead that the bin shows, or that a full reading has missed and this run did not read alive, is deleted; all else of it stays as it
-- was. One that changed, or was seen alive, since it was put into the bin or missed is not.
with gone as (
    select
        lead_id,
        max(deleted_at) as deleted_at,
        min(reason) as reason -- bin before missing
    from stage.amocrm_statuses_gone as told
    where
        run_id = %(run_id)s
        and (
            reason = 'bin'
            or not exists (
                select from stage.amocrm_statuses_lead as staged
                where staged.run_id = %(run_id)s and staged.lead_id = told.lead_id
            )
        )
    group by lead_id
),

reading as (
    select max(began_at) as began_at
    from stage.amocrm_statuses_slice
    where run_id = %(run_id)s and stream in ('leads', 'scan')
)

update mart.amocrm_lead as kept
set
    is_deleted = true,
    deleted_at = coalesce(gone.deleted_at, %(now)s),
    deleted_reason = gone.reason,
    changed_run_id = %(run_id)s
from gone
cross join reading
where
    kept.account = %(account)s
    and kept.lead_id = gone.lead_id
    and not kept.is_deleted
    and (gone.reason <> 'bin' or gone.deleted_at is null or gone.deleted_at >= kept.updated_at)
    and (gone.reason = 'bin' or coalesce(kept.seen_at <= reading.began_at, true));
