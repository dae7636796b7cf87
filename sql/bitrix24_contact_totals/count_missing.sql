-- How many contacts were asked for, and how many the portal does not show though a won deal names them. One that no deal names any
-- more was deleted, or merged into another.
select
    count(*) filter (where contact.wants_values) as asked,
    count(*) filter (
        where not contact.is_found and kept.gone_at is null and exists (
            select 1
            from stage.bitrix24_contact_totals_part as part
            where part.run_id = %(run_id)s and part.contact_id = contact.contact_id
        )
    ) as missing
from stage.bitrix24_contact_totals_contact as contact
left join mart.bitrix24_contact as kept on kept.account = %(account)s and contact.contact_id = kept.contact_id
where contact.run_id = %(run_id)s;
