-- The records of the run by outcome, all of them.
with row as (
    select
        count(*) as settled,
        count(*) filter (where class = 'new') as fresh,
        count(*) filter (where class = 'overwritten') as overwritten,
        count(*) filter (where class = 'ignored') as ignored,
        count(*) filter (where class = 'duplicate') as duplicate,
        count(*) filter (where class = 'refused') as refused,
        count(*) filter (where class = 'pending') as pending
    from stage.deal_import_row
    where run_id = %(run_id)s
),

decision as (
    select
        count(*) filter (where applies and deal_created) as created,
        count(*) filter (where applies and not deal_created) as bound,
        count(*) filter (where not applies) as refused
    from stage.deal_import_decision
    where run_id = %(run_id)s
),

healed as (
    select count(*) as status_set
    from stage.deal_import_status_change
    inner join stage.deal_import_row using (run_id, position)
    where
        deal_import_status_change.run_id = %(run_id)s
        and deal_import_row.class = 'pending'
        and deal_import_status_change.code = 'DEAL_STATUS_SET'
)

select
    decision.created,
    decision.bound,
    row.overwritten,
    healed.status_set,
    run.staged - row.settled + row.pending - healed.status_set as unchanged,
    row.ignored,
    row.duplicate,
    row.refused + decision.refused as refused
from ops.run
cross join row
cross join decision
cross join healed
where run.run_id = %(run_id)s;
