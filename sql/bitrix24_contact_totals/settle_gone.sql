-- Contacts that were deleted before they could be written to.
update mart.bitrix24_contact as contact
set gone_at = now()
from ops.action
where
    action.action_id = any(%(action_ids)s)
    and action.response ? 'gone'
    and contact.account = action.account
    and contact.contact_id = split_part(action.key, ':', 2)::bigint
    and contact.gone_at is null;
