-- What was posted under a funnel that the settings have no longer belongs to the one that has its pipeline there now: a funnel that was
-- renamed here is no reason to post its leads again.
with heir as (
    select distinct on (push.lead_id, told.funnel_id)
        push.lead_id,
        push.funnel_id as former,
        told.funnel_id
    from mart.amocrm_sdh_push as push
    inner join
        unnest(%(funnel_ids)s::text[], %(pipeline_ids)s::text[]) as told (funnel_id, pipeline_id)
        on push.remote_pipeline_id = told.pipeline_id
    where
        push.account = %(account)s
        and push.funnel_id <> all(%(known_funnels)s::text[])
        and not exists (
            select from mart.amocrm_sdh_push as own
            where own.account = push.account and own.lead_id = push.lead_id and own.funnel_id = told.funnel_id
        )
    order by push.lead_id asc, told.funnel_id asc, push.pushed_at desc nulls last, push.funnel_id asc
),

only_heir as (
    select distinct on (lead_id, former)
        lead_id,
        former,
        funnel_id
    from heir
    order by lead_id, former, funnel_id
)

update mart.amocrm_sdh_push as kept
set funnel_id = only_heir.funnel_id, run_id = %(run_id)s
from only_heir
where kept.account = %(account)s and kept.lead_id = only_heir.lead_id and kept.funnel_id = only_heir.former;
