-- One row a lead as last read. One that is as it was keeps its run; an older reading of what has
-- just changed never wins; what was put under an older date does. One that the bin shows, too, is deleted.
with newest as (
    select distinct on (lead_id) *
    from stage.amocrm_statuses_lead
    where run_id = %(run_id)s
    order by lead_id asc, read_no desc
),

binned as (
    select
        lead_id,
        max(deleted_at) as deleted_at
    from stage.amocrm_statuses_gone
    where run_id = %(run_id)s and reason = 'bin'
    group by lead_id
),

reading as (
    select min(began_at) as began_at
    from stage.amocrm_statuses_slice
    where run_id = %(run_id)s and stream in ('leads', 'scan')
)

insert into mart.amocrm_lead as kept (
    account, lead_id, name, price, pipeline_id, status_id, responsible_user_id, group_id, loss_reason_id, source_id, source_name,
    created_by, updated_by, created_at, updated_at, closed_at, score, labor_cost, main_contact_id, company_id, fingerprint, raw,
    seen_at, is_deleted, deleted_at, deleted_reason, first_run_id, changed_run_id
)
select
    %(account)s,
    newest.lead_id,
    newest.name,
    newest.price,
    newest.pipeline_id,
    newest.status_id,
    newest.responsible_user_id,
    newest.group_id,
    newest.loss_reason_id,
    newest.source_id,
    newest.source_name,
    newest.created_by,
    newest.updated_by,
    newest.created_at,
    newest.updated_at,
    newest.closed_at,
    newest.score,
    newest.labor_cost,
    newest.main_contact_id,
    newest.company_id,
    newest.fingerprint,
    newest.raw,
    reading.began_at,
    binned.lead_id is not null,
    case when binned.lead_id is not null then coalesce(binned.deleted_at, %(now)s) end,
    case when binned.lead_id is not null then 'bin' end,
    %(run_id)s as first_run_id,
    %(run_id)s as changed_run_id
from newest
cross join reading
left join binned on newest.lead_id = binned.lead_id
order by newest.lead_id
on conflict (account, lead_id) do update
    set
        name = excluded.name,
        price = excluded.price,
        pipeline_id = excluded.pipeline_id,
        status_id = excluded.status_id,
        responsible_user_id = excluded.responsible_user_id,
        group_id = excluded.group_id,
        loss_reason_id = excluded.loss_reason_id,
        source_id = excluded.source_id,
        source_name = excluded.source_name,
        created_by = excluded.created_by,
        updated_by = excluded.updated_by,
        created_at = excluded.created_at,
        updated_at = excluded.updated_at,
        closed_at = excluded.closed_at,
        score = excluded.score,
        labor_cost = excluded.labor_cost,
        main_contact_id = excluded.main_contact_id,
        company_id = excluded.company_id,
        fingerprint = excluded.fingerprint,
        raw = excluded.raw,
        seen_at = excluded.seen_at,
        is_deleted = excluded.is_deleted,
        deleted_at = case when excluded.is_deleted then coalesce(kept.deleted_at, excluded.deleted_at) end,
        deleted_reason = case when excluded.is_deleted then coalesce(kept.deleted_reason, excluded.deleted_reason) end,
        changed_run_id = excluded.changed_run_id
    where
    (
        excluded.updated_at >= kept.updated_at
        or kept.updated_at not between %(now)s - interval '10 minutes' and %(now)s
    )
    and (
        kept.fingerprint <> excluded.fingerprint
        or kept.is_deleted <> excluded.is_deleted
        or (kept.raw is null) <> (excluded.raw is null)
    );
