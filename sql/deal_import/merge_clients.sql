-- One row a client that the run creates, with the cookie among its parameters (leadexpert S12).
insert into mart.client (client_id, name, company, params, origin)
select
    deal_import_decision.client_id,
    deal_import_record.name,
    deal_import_record.company,
    coalesce(deal_import_record.fields - '__tsuid', '{}')
    || case
        when deal_import_record.tsuid is null then '{}'
        else jsonb_build_object('__tsuid', deal_import_record.tsuid)
    end,
    'deal_import'
from stage.deal_import_decision
inner join stage.deal_import_record using (run_id, position)
where
    deal_import_decision.run_id = %(run_id)s
    and deal_import_decision.applies
    and deal_import_decision.client_created
order by deal_import_decision.client_id;
