-- One row a contact about which something is sent or is to be said.
insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, client_id, details)
select
    %(run_id)s,
    row_number() over (order by decision.year desc nulls last, decision.contact_id asc) + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    coalesce((
        select code.severity
        from ops.code
        where code.code = any(decision.codes)
        order by array_position(array['error', 'warning', 'info'], code.severity)
        limit 1
    ), 'info'),
    decision.outcome,
    decision.codes,
    'contact:' || decision.contact_id,
    link.client_id,
    decision.details
from stage.bitrix24_contact_totals_decision as decision
left join mart.client_link as link on link.system = %(account)s and decision.contact_id::text = link.external_id
where decision.run_id = %(run_id)s and decision.is_logged;
