-- Deals that this run has written to, though its last plan had nothing to say of them: it was made anew after that.
insert into ops.run_log (run_id, seq, severity, outcome, codes, record_key, details)
select
    %(run_id)s,
    row_number() over (order by sent.key) + coalesce((
        select max(logged.seq) from ops.run_log as logged
        where logged.run_id = %(run_id)s
    ), 0),
    'info',
    case when sent.kind = 'repair_closedate' then 'repaired' else 'copied' end,
    array[case when sent.kind = 'repair_closedate' then 'B24_CLOSEDATE_REPAIRED' else 'B24_COPIED' end],
    sent.key,
    jsonb_build_object('title', deal.fields ->> 'title')
from (
    select distinct on (action.key)
        action.key,
        action.kind,
        action.state
    from ops.action
    where action.run_id = %(run_id)s
    order by action.key asc, action.seq desc
) as sent
left join stage.bitrix24_deal_products_deal as deal on deal.run_id = %(run_id)s and sent.key = 'deal:' || deal.deal_id
where
    sent.state = 'done'
    and not exists (
        select 1
        from ops.run_log as logged
        where logged.run_id = %(run_id)s and logged.record_key = sent.key
    );
