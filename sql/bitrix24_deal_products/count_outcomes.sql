-- Deals of the run by outcome: as its log says, or as it was decided where nothing was to be logged.
select
    coalesce(logged.outcome, decision.outcome) as outcome,
    count(*) as records
from stage.bitrix24_deal_products_decision as decision
left join ops.run_log as logged on logged.run_id = %(run_id)s and logged.record_key = 'deal:' || decision.deal_id
where decision.run_id = %(run_id)s
group by 1
order by 1;
