-- Which of some leads are known not to read: by an earlier run, or an earlier page of this one.
select lead_id
from mart.amocrm_unread_lead
where account = %(account)s and lead_id = any(%(lead_ids)s)
union
select lead_id
from stage.amocrm_statuses_unread
where run_id = %(run_id)s and lead_id = any(%(lead_ids)s);
