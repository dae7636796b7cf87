-- Contacts of a page that the run has staged just as they are now.
select count(distinct staged.contact_id) as known
from unnest(%(ids)s::bigint[], %(ats)s::timestamptz[]) as told (contact_id, updated_at)
inner join stage.amocrm_statuses_contact as staged
    on staged.run_id = %(run_id)s and told.contact_id = staged.contact_id and told.updated_at = staged.updated_at;
