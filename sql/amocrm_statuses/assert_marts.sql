-- What must hold of the marts once they are merged.
select
    not exists (
        select from mart.amocrm_lead_path as path
        inner join mart.amocrm_lead as lead on path.account = lead.account and path.lead_id = lead.lead_id
        where path.account = %(account)s and lead.is_deleted
    ) as no_mart_lead_is_deleted,
    not exists (
        (
            select state.lead_id from mart.amocrm_lead_funnel_state as state
            where state.account = %(account)s
        )
        except
        (
            select path.lead_id from mart.amocrm_lead_path as path
            where path.account = %(account)s
        )
    ) as leads_in_funnels_are_kept,
    coalesce((
        select sum(counted.leads) from mart.amocrm_path as counted
        where counted.account = %(account)s
    ), 0) = (
        select count(*) from mart.amocrm_lead_path as path
        where path.account = %(account)s
    ) as paths_add_up,
    (
        select coalesce(sum(counted.records::bigint), 0) from ops.run as run
        cross join lateral jsonb_each_text(run.counters) as counted (outcome, records)
        where run.run_id = %(run_id)s
    ) = (
        select count(*) from stage.amocrm_statuses_decision as decision
        where decision.run_id = %(run_id)s
    ) as counters_add_up;
