-- The oldest event known.
select min(occurred_at) as occurred_at
from mart.amocrm_lead_event
where account = %(account)s;
