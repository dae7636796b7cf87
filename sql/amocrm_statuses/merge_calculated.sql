-- What formulas came to of the leads that are built: what differs is put right, and whose it is noted.
with kept as (
    select kept.*
    from mart.amocrm_lead_calculated_value as kept
    inner join stage.amocrm_statuses_affected as built on built.run_id = %(run_id)s and kept.lead_id = built.lead_id
    where kept.account = %(account)s
),

staged as (
    select *
    from stage.amocrm_statuses_calculated
    where run_id = %(run_id)s
),

differing as materialized (
    select
        coalesce(staged.lead_id, kept.lead_id) as lead_id,
        coalesce(staged.calc_id, kept.calc_id) as calc_id,
        kept.lead_id is null as is_new,
        staged.lead_id is null as is_gone,
        staged.value,
        staged.problem
    from kept
    full join staged on kept.lead_id = staged.lead_id and kept.calc_id = staged.calc_id
    where
        (kept.lead_id, kept.value, kept.problem) is distinct from (staged.lead_id, staged.value, staged.problem)
),

gone as (
    delete from mart.amocrm_lead_calculated_value as stale
    using differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and stale.calc_id = differing.calc_id
        and differing.is_gone
),

changed as (
    update mart.amocrm_lead_calculated_value as stale
    set
        value = differing.value,
        problem = differing.problem
    from differing
    where
        stale.account = %(account)s
        and stale.lead_id = differing.lead_id
        and stale.calc_id = differing.calc_id
        and not differing.is_new
        and not differing.is_gone
),

come as (
    insert into mart.amocrm_lead_calculated_value (account, lead_id, calc_id, value, problem)
    select
        %(account)s,
        lead_id,
        calc_id,
        value,
        problem
    from differing
    where is_new
    order by lead_id, calc_id
),

noted as (
    insert into stage.amocrm_statuses_difference (run_id, lead_id, kind)
    select distinct
        %(run_id)s::bigint,
        lead_id,
        'calculated'
    from differing
)

select count(*) as rows
from differing;
