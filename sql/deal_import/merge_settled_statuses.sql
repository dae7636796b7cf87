-- Payments left pending by earlier runs whose status is now set or refused for good.
update mart.payment
set status_pending = false, last_run_id = %(run_id)s
from stage.deal_import_status_change
where
    deal_import_status_change.run_id = %(run_id)s
    and deal_import_status_change.code <> 'UNKNOWN_STATUS'
    and payment.source = %(source)s
    and payment.record_id = deal_import_status_change.record_id
    and payment.status_pending;
