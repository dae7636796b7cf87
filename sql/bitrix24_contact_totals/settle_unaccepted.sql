-- What the portal holds in a field that did not keep our value, or of a contact that is gone, is not known.
delete from mart.bitrix24_written_total as written
using ops.action
where
    action.action_id = any(%(action_ids)s)
    and written.account = action.account
    and written.contact_id = split_part(action.key, ':', 2)::bigint
    and (action.response ? 'gone' or coalesce(action.response -> 'not_accepted', '[]') ? written.field_name);
