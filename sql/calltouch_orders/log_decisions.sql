-- One row an order that something is decided about, with all its codes; orders merely unchanged have none. Of what an earlier plan of
-- this run has sent, the row is there still: what is left to be sent is added to it.
with gravity as (
    select
        code,
        severity,
        array_position(array['info', 'warning', 'error'], severity) as weight
    from ops.code
),

decided as (
    select
        decision.order_ref,
        min(decision.seq) as seq,
        (array_agg(decision.outcome order by decision.seq))[1] as outcome,
        array_agg(distinct named.code) as codes,
        jsonb_object_agg(coalesce(detail.name, ''), detail.value) filter (where detail.name is not null) as details
    from stage.calltouch_orders_decision as decision
    cross join lateral unnest(decision.codes) as named (code)
    left join lateral jsonb_each(decision.details) as detail (name, value) on true
    where decision.run_id = %(run_id)s
    group by decision.order_ref
),

added_to as (
    update ops.run_log
    set
        severity = (array['info', 'warning', 'error'])[
            (
                select max(gravity.weight) from gravity
                where gravity.code = any(run_log.codes || decided.codes)
            )
        ],
        codes = array(
            select distinct named.code from unnest(run_log.codes || decided.codes) as named (code)
            order by named.code
        ),
        details = run_log.details || coalesce(decided.details, '{}')
    from decided
    where
        run_log.run_id = %(run_id)s
        and run_log.record_key = decided.order_ref::text
        and run_log.outcome not like 'source%%'
    returning run_log.record_key
)

insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, client_id, deal_id, details)
select
    %(run_id)s,
    coalesce((
        select max(run_log.seq) from ops.run_log
        where run_log.run_id = %(run_id)s
    ), 0)
    + row_number() over (order by decided.seq),
    (array['info', 'warning', 'error'])[
        (
            select max(gravity.weight) from gravity
            where gravity.code = any(decided.codes)
        )
    ],
    decided.outcome,
    decided.codes,
    decided.order_ref::text,
    case when %(dry_run)s then kept.client_id else document.client_id end,
    case when %(dry_run)s then kept.deal_id else document.deal_id end,
    coalesce(decided.details, '{}') || jsonb_build_object('title', document.title)
from decided
inner join stage.calltouch_orders_orders(%(intake)s) as document using (order_ref)
left join mart.erp_order as kept using (order_ref)
where decided.order_ref::text not in (select added_to.record_key from added_to);
