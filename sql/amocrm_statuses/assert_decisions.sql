-- What must hold of the decisions before they are counted: each lead that the run accounts for has one, and no other lead.
with read_lead as (
    select lead_id from stage.amocrm_statuses_lead
    where run_id = %(run_id)s
    union
    select lead_id from stage.amocrm_statuses_event
    where run_id = %(run_id)s
    union
    select lead_id from stage.amocrm_statuses_gone
    where run_id = %(run_id)s
),

built as (
    select lead_id from stage.amocrm_statuses_affected
    where run_id = %(run_id)s
),

decision as (
    select lead_id from stage.amocrm_statuses_decision
    where run_id = %(run_id)s
)

select
    not exists (
        select from read_lead
        left join decision on read_lead.lead_id = decision.lead_id
        where decision.lead_id is null
    ) as every_lead_read_is_decided,
    not exists (
        select from built
        left join decision on built.lead_id = decision.lead_id
        where decision.lead_id is null
    ) as every_lead_built_is_decided,
    not exists (
        select from decision
        left join read_lead on decision.lead_id = read_lead.lead_id
        left join built on decision.lead_id = built.lead_id
        where read_lead.lead_id is null and built.lead_id is null
    ) as no_other_lead_is_decided,
    coalesce((
        select run.staged from ops.run as run
        where run.run_id = %(run_id)s
    ), 0) <= (select count(*) from decision) as none_is_lost_since_it_was_read;
