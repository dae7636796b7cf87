-- Objects of a run's actions of one kind that are not known to be carried out.
select key
from ops.action
where run_id = %(run_id)s and kind = %(kind)s and state <> 'done'
order by key;
