-- One row a key by which the client of an unknown record can be found.
insert into stage.identity_key (run_id, row_no, rank, kind, value)
select
    deal_import_row.run_id,
    deal_import_row.row_no,
    client_rule.rank,
    key.kind,
    key.value
from stage.deal_import_row
inner join stage.deal_import_record using (run_id, position)
cross join
    lateral (
        select
            'tsuid' as kind,
            deal_import_record.tsuid as value
        where deal_import_record.tsuid is not null
        union all
        select
            'phone' as kind,
            unnest(deal_import_record.phones) as value
        union all
        select
            'email' as kind,
            unnest(deal_import_record.emails) as value
    ) as key
inner join stage.client_rule on deal_import_row.run_id = client_rule.run_id and key.kind = client_rule.kind
where deal_import_row.run_id = %(run_id)s and deal_import_row.class = 'new';
