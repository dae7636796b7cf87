-- One row an unknown record with a client: by what its deal is found, and which deal it opens otherwise (leadexpert 8, step 17).
insert into stage.deal_candidate (
    run_id, row_no, client_id, client_is_new, conversion_id, external_id, at, opens_at, opens_as
)
select
    deal_import_row.run_id,
    deal_import_row.row_no,
    client_match.client_id,
    client_match.created,
    deal_import_record.conversion_id,
    deal_import_record.external_id,
    deal_import_record.payment_date,
    coalesce(deal_import_record.deal_date, deal_import_record.payment_date),
    coalesce(nullif(deal_import_status.kind, 'repeat'), 'new')
from stage.deal_import_row
inner join stage.deal_import_record using (run_id, position)
inner join stage.client_match using (run_id, row_no)
left join stage.deal_import_status using (run_id, status_key)
where deal_import_row.run_id = %(run_id)s and deal_import_row.class = 'new';
