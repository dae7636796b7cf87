-- One row a deal that changes, stands back or deserves a look; deals that are as they were are only counted.
insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, details)
select
    %(run_id)s,
    row_number() over (order by decision.deal_id) + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    coalesce(ops.worst_severity(decision.codes), 'info'),
    decision.outcome,
    decision.codes,
    'deal:' || decision.deal_id,
    decision.details
from stage.bitrix24_deal_products_decision as decision
where
    decision.run_id = %(run_id)s
    and (decision.outcome not in ('unchanged', 'no_product', 'frozen') or decision.details <> '{}'::jsonb);
