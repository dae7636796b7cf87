-- One row a phone and e-mail of each contact that has no client yet.
insert into stage.identity_key (run_id, row_no, rank, kind, value)
select
    staged.run_id,
    staged.row_no,
    client_rule.rank,
    client_rule.kind,
    told.key ->> 1 as value
from stage.amocrm_statuses_contact as staged
cross join lateral jsonb_array_elements(staged.keys) as told (key)
inner join stage.client_rule as client_rule on staged.run_id = client_rule.run_id and client_rule.kind = told.key ->> 0
left join mart.client_link as link on link.system = %(account)s and staged.contact_id::text = link.external_id
where staged.run_id = %(run_id)s and link.client_id is null;
