-- One row a deal that the run opens, with the sum and status it has once the whole file is in.
insert into mart.deal (
    deal_id, client_id, conversion_id, external_id, status_id, created_at, actual_amount, actual_amount_locked,
    potential_amount, currency, note, origin
)
select
    deal_import_decision.deal_id,
    deal_import_decision.client_id,
    deal_import_record.conversion_id,
    deal_import_record.external_id,
    coalesce(deal_import_deal.status_id, deal_import_decision.status_id),
    coalesce(deal_import_record.deal_date, deal_import_record.payment_date),
    deal_import_deal.total,
    true,
    deal_import_record.potential_amount,
    deal_import_record.currency,
    concat_ws(E'\n', deal_import_record.comment, 'Сделка создана из импорта'),
    'deal_import'
from stage.deal_import_decision
inner join stage.deal_import_record using (run_id, position)
inner join stage.deal_import_deal using (run_id, deal_id)
where
    deal_import_decision.run_id = %(run_id)s
    and deal_import_decision.applies
    and deal_import_decision.deal_created
order by deal_import_decision.deal_id;
