-- One row a contact about which something is sent or is to be said; that its keys point to several clients is said along with it.
with shared as (
    select
        contact.contact_id,
        found.client_id,
        jsonb_build_object('rule', found.rule, 'conflicts', to_jsonb(found.conflicts)) as details
    from stage.client_match as found
    inner join stage.bitrix24_contact_totals_contact as contact using (run_id, row_no)
    where found.run_id = %(run_id)s and (found.ambiguous or found.conflicting)
)

insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, client_id, details)
select
    %(run_id)s,
    row_number() over (order by decision.year desc nulls last, decision.contact_id asc) + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    coalesce(ops.worst_severity(decision.codes), 'info'),
    decision.outcome,
    case when shared.contact_id is null then decision.codes else decision.codes || 'B24_SHARED_CLIENT'::text end,
    'contact:' || decision.contact_id,
    coalesce(link.client_id, shared.client_id),
    decision.details || coalesce(shared.details, '{}')
from stage.bitrix24_contact_totals_decision as decision
left join mart.client_link as link on link.system = %(account)s and decision.contact_id::text = link.external_id
left join shared on decision.contact_id = shared.contact_id
where decision.run_id = %(run_id)s and decision.is_logged;
