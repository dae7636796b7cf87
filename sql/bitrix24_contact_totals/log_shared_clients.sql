-- One row a contact whose keys point to several clients, the oldest was taken; a contact of which nothing else is said, since a record
-- has one row: log_contacts.sql says it of the others.
insert into ops.run_log (run_id, seq, severity, codes, record_key, client_id, details)
select
    %(run_id)s,
    row_number() over (order by contact.contact_id) + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    'info',
    array['B24_SHARED_CLIENT'],
    'contact:' || contact.contact_id,
    found.client_id,
    jsonb_build_object('rule', found.rule, 'conflicts', to_jsonb(found.conflicts))
from stage.client_match as found
inner join stage.bitrix24_contact_totals_contact as contact using (run_id, row_no)
left join stage.bitrix24_contact_totals_decision as decision
    on contact.run_id = decision.run_id and contact.contact_id = decision.contact_id and decision.is_logged
where found.run_id = %(run_id)s and (found.ambiguous or found.conflicting) and decision.contact_id is null;
