-- One row a payment that the run binds; a status that could not be mapped keeps waiting.
insert into mart.payment (
    source, record_id, deal_id, client_id, amount, currency, raw_status, status_key, status_pending, paid_at, deal_date,
    bound_by, file_position, first_run_id, last_run_id
)
select
    %(source)s,
    deal_import_decision.record_id,
    deal_import_decision.deal_id,
    deal_import_decision.client_id,
    deal_import_decision.amount,
    deal_import_decision.currency,
    deal_import_record.raw_status,
    deal_import_record.status_key,
    coalesce(deal_import_status_change.code = 'UNKNOWN_STATUS', false),
    deal_import_record.payment_date,
    deal_import_record.deal_date,
    deal_import_decision.bound_by,
    deal_import_decision.position,
    %(run_id)s as first_run_id,
    %(run_id)s as last_run_id
from stage.deal_import_decision
inner join stage.deal_import_record using (run_id, position)
left join stage.deal_import_status_change using (run_id, position)
where deal_import_decision.run_id = %(run_id)s and deal_import_decision.applies;
