-- Contacts of the run whose client was found or is created.
select count(*) as contacts
from stage.client_match
where run_id = %(run_id)s;
