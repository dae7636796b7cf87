-- One row a contact that is written to, newest year first, after the fields it may need.
insert into ops.action (run_id, seq, pipeline, target, account, kind, key, before, after, state, error)
select
    %(run_id)s,
    row_number() over (order by decision.year desc nulls last, decision.contact_id asc) + coalesce((
        select max(made.seq) from ops.action as made
        where made.run_id = %(run_id)s
    ), 0),
    %(pipeline)s,
    %(vendor)s,
    %(account)s,
    'set_totals',
    'contact:' || decision.contact_id,
    decision.before,
    decision.after || case
        when %(stamp)s::text is null then '{}'::jsonb else jsonb_build_object(%(stamp)s::text, %(stamped)s::text)
    end,
    case when %(reason)s::text is null then 'planned' else 'skipped' end,
    %(reason)s
from stage.bitrix24_contact_totals_decision as decision
where decision.run_id = %(run_id)s and decision.outcome = 'updated' and decision.after <> '{}'
order by decision.year desc nulls last, decision.contact_id asc
on conflict (target, account, kind, key) where state in ('planned', 'sending', 'uncertain') do nothing;
