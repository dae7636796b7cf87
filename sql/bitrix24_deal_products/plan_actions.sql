-- One row a deal that is written to, after what the run has sent already: the fields that change, and for people the product they come
-- from. What was sent in this run and says the same stays sent. What is but to be looked at is as good as skipped.
with change as (
    select
        decision.deal_id,
        decision.kind,
        decision.before,
        (
            select jsonb_object_agg(field.name, decision.after -> field.name)
            from jsonb_object_keys(decision.before) as field (name)
        ) || jsonb_strip_nulls(jsonb_build_object('product_id', decision.product_id)) as after
    from stage.bitrix24_deal_products_decision as decision
    where decision.run_id = %(run_id)s and decision.kind is not null
)

insert into ops.action (run_id, seq, pipeline, target, account, kind, key, before, after, state, error)
select
    %(run_id)s,
    row_number() over (order by change.deal_id) + coalesce((
        select max(made.seq) from ops.action as made
        where made.run_id = %(run_id)s
    ), 0),
    %(pipeline)s,
    %(target)s,
    %(account)s,
    change.kind,
    'deal:' || change.deal_id,
    change.before,
    change.after,
    case when %(reason)s::text is null then 'planned' else 'skipped' end,
    %(reason)s
from change
where
    not exists (
        select 1
        from ops.action as made
        where
            made.run_id = %(run_id)s
            and made.kind = change.kind
            and made.key = 'deal:' || change.deal_id
            and (made.state in ('sending', 'uncertain') or (made.state = 'done' and made.after = change.after))
    )
order by change.deal_id
on conflict (target, account, kind, key) where state in ('planned', 'sending', 'uncertain') do nothing;
