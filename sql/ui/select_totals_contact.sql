-- One row: a contact of a portal that has or had a total, with its client. None when there is no such contact.
select
    contact.contact_id,
    contact.name,
    contact.gone_at,
    contact.first_run_id,
    link.client_id,
    client.name as client_name
from mart.bitrix24_contact as contact
left join mart.client_link as link
    on contact.account = link.system and contact.contact_id::text = link.external_id
left join mart.client as client on link.client_id = client.client_id
where contact.account = %(account)s and contact.contact_id = %(contact)s;
