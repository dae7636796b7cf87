-- One row a decision, by kind in the order of sending, after what the run has sent already. What was sent in this run stays sent: a create
-- whatever it held, others if they say the same. What is but to be looked at is as good as skipped.
insert into ops.action (run_id, seq, pipeline, target, account, kind, key, before, after, state, error)
select
    %(run_id)s,
    row_number() over (order by array_position(%(kinds)s::text[], decision.kind), decision.seq) + coalesce((
        select max(made.seq) from ops.action as made
        where made.run_id = %(run_id)s
    ), 0),
    %(pipeline)s,
    %(target)s,
    %(account)s,
    decision.kind,
    decision.key,
    decision.before,
    decision.after,
    case when %(reason)s::text is null then 'planned' else 'skipped' end,
    %(reason)s
from stage.opencart_catalog_decision as decision
where
    decision.run_id = %(run_id)s
    and not exists (
        select 1
        from ops.action as made
        where
            made.run_id = %(run_id)s
            and made.kind = decision.kind
            and made.key = decision.key
            and (made.state in ('sending', 'uncertain') or made.state = 'done' and (
                made.kind in ('create_material', 'create_category') or made.after = decision.after
            ))
    )
order by array_position(%(kinds)s::text[], decision.kind), decision.seq
on conflict (target, account, kind, key) where state in ('planned', 'sending', 'uncertain') do nothing;
