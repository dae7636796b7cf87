-- One row a client and one a deal that the run creates (leadexpert S21): what was created and where from.
insert into mart.client_feed (client_id, kind, deal_id, source, run_id, details)
select
    deal_import_decision.client_id,
    event.kind,
    case when event.kind = 'deal_created' then deal_import_decision.deal_id end,
    %(source)s,
    deal_import_decision.run_id,
    jsonb_build_object('link', %(link)s::text, 'record_id', deal_import_decision.record_id)
from stage.deal_import_decision
cross join
    lateral (
        select 'client_created' as kind
        where deal_import_decision.client_created
        union all
        select 'deal_created' as kind
        where deal_import_decision.deal_created
    ) as event
where deal_import_decision.run_id = %(run_id)s and deal_import_decision.applies
order by deal_import_decision.row_no, event.kind;
