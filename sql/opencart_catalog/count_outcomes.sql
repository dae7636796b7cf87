-- Records of the run by outcome: as logged, and those out of its scope.
select
    outcome,
    count(*) as records
from ops.run_log
where run_id = %(run_id)s and outcome is not null
group by outcome
union all
select
    'out_of_scope',
    count(*)
from stage.opencart_catalog_verdict as verdict
where
    verdict.run_id = %(run_id)s
    and verdict.outcome = 'out_of_scope'
    and not exists (
        select 1
        from ops.run_log as logged
        where logged.run_id = %(run_id)s and logged.record_key = verdict.identity and logged.outcome is not null
    )
having count(*) > 0
order by outcome;
