-- How many contacts were asked for, and how many of those not known to be gone the portal does not show.
select
    count(*) filter (where contact.wants_values) as asked,
    count(*) filter (where not contact.is_found and kept.gone_at is null) as missing
from stage.bitrix24_contact_totals_contact as contact
left join mart.bitrix24_contact as kept on kept.account = %(account)s and contact.contact_id = kept.contact_id
where contact.run_id = %(run_id)s;
