-- Runs that are over and have left actions open for an account.
select distinct action.run_id
from ops.action
inner join ops.run using (run_id)
where
    action.pipeline = %(pipeline)s
    and action.target = %(target)s
    and action.account = %(account)s
    and action.state in ('planned', 'sending', 'uncertain')
    and action.run_id <> %(run_id)s
    and run.state <> 'running'
order by action.run_id;
