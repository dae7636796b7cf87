-- The plan accounts for every record staged, and for nothing else; a lost staging table shows here.
select
    (
        select count(*) from stage.deal_import_record
        where run_id = %(run_id)s
    ) = run.staged as every_record_is_staged,
    (
        select count(*) from stage.deal_import_row
        where run_id = %(run_id)s and class = 'new'
    ) = (
        select count(*) from stage.deal_import_decision
        where run_id = %(run_id)s
    ) as every_new_record_is_decided,
    not exists (
        select 1 from stage.deal_import_decision
        where run_id = %(run_id)s and applies and (client_id is null or deal_id is null)
    ) as every_payment_has_a_deal,
    (
        select coalesce(sum(value::bigint), 0) from jsonb_each_text(run.counters)
    ) = run.staged as counters_add_up
from ops.run
where run_id = %(run_id)s;
