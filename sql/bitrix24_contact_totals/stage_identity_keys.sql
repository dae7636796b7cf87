-- One row a phone and e-mail of each contact that has no client yet.
insert into stage.identity_key (run_id, row_no, rank, kind, value)
select
    staged.run_id,
    staged.row_no,
    client_rule.rank,
    client_rule.kind,
    told.value
from stage.bitrix24_contact_totals_contact as staged
inner join stage.client_rule using (run_id)
cross join lateral unnest(case client_rule.kind when 'phone' then staged.phones else staged.emails end) as told (value)
left join mart.client_link as link on link.system = %(account)s and staged.contact_id::text = link.external_id
where staged.run_id = %(run_id)s and staged.wants_keys and link.client_id is null;
