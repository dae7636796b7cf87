-- One row a key of a client that the run creates. Clients found are not given new keys (leadexpert A17).
insert into mart.client_key (kind, value, client_id, value_raw)
select
    key.kind,
    key.value,
    deal_import_decision.client_id,
    key.value_raw
from stage.deal_import_decision
inner join stage.deal_import_record using (run_id, position)
cross join
    lateral (
        select
            'tsuid' as kind,
            deal_import_record.tsuid as value,
            deal_import_record.tsuid as value_raw
        where deal_import_record.tsuid is not null
        union all
        select
            'phone' as kind,
            phone.value,
            phone.value_raw
        from unnest(deal_import_record.phones, deal_import_record.phones_raw) as phone (value, value_raw)
        union all
        select
            'email' as kind,
            email.value,
            email.value_raw
        from unnest(deal_import_record.emails, deal_import_record.emails_raw) as email (value, value_raw)
    ) as key
where
    deal_import_decision.run_id = %(run_id)s
    and deal_import_decision.applies
    and deal_import_decision.client_created;
