-- Materials that were just put back to use are retired no more.
delete from mart.catalog_sent_value as kept
using ops.action
where
    action.action_id = any(%(action_ids)s)
    and action.account = kept.account
    and action.kind = 'update_material'
    and action.state = 'done'
    and (action.after @> '{"irrelevant": false}' or action.after ? 'category_id')
    and kept.material_id = (action.response ->> 'material_id')::bigint
    and kept.field = 'retired';
