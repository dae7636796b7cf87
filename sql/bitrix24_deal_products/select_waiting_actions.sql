-- Of some actions, those whose deals were read so long ago that people may have closed them since, or nobody knows when.
select action.action_id
from ops.action as action
left join stage.bitrix24_deal_products_deal as deal
    on action.run_id = deal.run_id and deal.deal_id = split_part(action.key, ':', 2)::bigint
where
    action.action_id = any(%(action_ids)s)
    and coalesce(deal.read_at < now() - make_interval(secs => %(seconds)s), true);
