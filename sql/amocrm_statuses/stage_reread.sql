-- One row a lead that this run has read otherwise than it was known: its fields, tags and contacts are replaced by those of that reading.
insert into stage.amocrm_statuses_reread (run_id, lead_id, read_no)
select distinct on (staged.lead_id)
    staged.run_id,
    staged.lead_id,
    staged.read_no
from stage.amocrm_statuses_lead as staged
inner join mart.amocrm_lead as lead
    on lead.account = %(account)s and staged.lead_id = lead.lead_id and staged.fingerprint = lead.fingerprint
where staged.run_id = %(run_id)s and lead.changed_run_id = %(run_id)s
order by staged.lead_id asc, staged.read_no desc;
