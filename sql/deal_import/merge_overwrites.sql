-- Known payments whose amount or status differs from the previous export (leadexpert 8, step 8).
update mart.payment
set
    amount = deal_import_record.actual_amount,
    raw_status = case
        when deal_import_record.status_key is distinct from payment.status_key
            then coalesce(deal_import_record.raw_status, payment.raw_status)
        else payment.raw_status
    end,
    status_key = coalesce(deal_import_record.status_key, payment.status_key),
    status_pending = coalesce(deal_import_status_change.code = 'UNKNOWN_STATUS', false),
    file_position = deal_import_row.position,
    last_run_id = %(run_id)s
from stage.deal_import_row
inner join stage.deal_import_record using (run_id, position)
left join stage.deal_import_status_change using (run_id, position)
where
    deal_import_row.run_id = %(run_id)s
    and deal_import_row.class = 'overwritten'
    and payment.source = %(source)s
    and payment.record_id = deal_import_row.record_id;
