-- One row a record that changed something, was refused or deserves a look. What a dry run would create has no number yet.
with status as (
    select
        status_id,
        name
    from mart.deal_status
    union
    select
        status_id,
        name
    from stage.deal_import_status
    where run_id = %(run_id)s
),

-- Told once for each pair of statuses, not for each deal.
step as materialized (
    select
        old_status.status_id as old_status_id,
        new_status.status_id as new_status_id,
        jsonb_build_object(
            'deal_status', jsonb_build_object('old', old_status.name, 'new', new_status.name)
        ) as details
    from status as old_status
    cross join status as new_status
),

status_change as (
    select
        deal_import_status_change.position,
        deal_import_status_change.record_id,
        deal_import_status_change.deal_id,
        deal_import_status_change.code,
        step.details
    from stage.deal_import_status_change
    left join step using (old_status_id, new_status_id)
    where deal_import_status_change.run_id = %(run_id)s and deal_import_status_change.code = 'DEAL_STATUS_SET'
    union all
    select
        deal_import_status_change.position,
        deal_import_status_change.record_id,
        deal_import_status_change.deal_id,
        deal_import_status_change.code,
        jsonb_build_object('raw_status', coalesce(deal_import_record.raw_status, payment.raw_status)) as details
    from stage.deal_import_status_change
    left join stage.deal_import_record
        on
            deal_import_status_change.run_id = deal_import_record.run_id
            and deal_import_status_change.position = deal_import_record.position
    left join mart.payment
        on deal_import_status_change.record_id = payment.record_id and payment.source = %(source)s
    where
        deal_import_status_change.run_id = %(run_id)s
        and (
            deal_import_status_change.code = 'STATUS_REPEAT_REFUSED'
            or (deal_import_status_change.code = 'UNKNOWN_STATUS' and deal_import_status_change.first_of_text)
        )
),

told as (
    select
        decision.position,
        decision.record_id,
        case
            when not decision.applies then 'refused'
            when decision.deal_created then 'created'
            else 'bound'
        end as outcome,
        case when status_change.code is null then decision.codes else decision.codes || status_change.code end as codes,
        case when unborn_client.client_id is null then decision.client_id end as client_id,
        case when unborn_deal.deal_id is null then decision.deal_id end as deal_id,
        case when status_change.code is null then decision.details else decision.details || status_change.details end
            as details
    from stage.deal_import_decision as decision
    left join status_change using (position)
    left join stage.new_client as unborn_client
        on
            %(dry_run)s
            and decision.run_id = unborn_client.run_id
            and decision.client_id = unborn_client.client_id
    left join stage.new_deal as unborn_deal
        on %(dry_run)s and decision.run_id = unborn_deal.run_id and decision.deal_id = unborn_deal.deal_id
    where decision.run_id = %(run_id)s
    union all
    select
        deal_import_row.position,
        deal_import_row.record_id,
        case
            when deal_import_row.class <> 'pending' then deal_import_row.class
            when status_change.code = 'DEAL_STATUS_SET' then 'status_set'
            else 'unchanged'
        end,
        case
            when status_change.code is null then deal_import_row.codes
            else deal_import_row.codes || status_change.code
        end,
        payment.client_id,
        payment.deal_id,
        case
            when status_change.code is null then deal_import_row.details
            else deal_import_row.details || status_change.details
        end
    from stage.deal_import_row
    left join status_change using (position)
    left join mart.payment
        on
            deal_import_row.record_id = payment.record_id
            and payment.source = %(source)s
            and (deal_import_row.class in ('overwritten', 'pending') or deal_import_row.codes = '{BOUND_DEAL_MISSING}')
    where
        deal_import_row.run_id = %(run_id)s
        and deal_import_row.class <> 'new'
        and (deal_import_row.class <> 'pending' or status_change.code is not null)
    union all
    select
        null,
        status_change.record_id,
        null,
        array[status_change.code],
        payment.client_id,
        status_change.deal_id,
        status_change.details
    from status_change
    inner join mart.payment on status_change.record_id = payment.record_id and payment.source = %(source)s
    where status_change.position is null
),

gravity as (
    select
        array_agg(code) filter (where severity = 'error') as errors,
        array_agg(code) filter (where severity = 'warning') as warnings
    from ops.code
)

insert into ops.run_log (
    run_id, seq, severity, outcome, codes, record_key, position, client_id, deal_id, details
)
select
    %(run_id)s,
    (
        select coalesce(max(seq), 0) from ops.run_log
        where run_id = %(run_id)s
    )
    + row_number() over (order by position, record_id),
    case
        when codes && (select errors from gravity) then 'error'
        when codes && (select warnings from gravity) then 'warning'
        else 'info'
    end,
    outcome,
    codes,
    record_id,
    position,
    client_id,
    deal_id,
    details
from told;
