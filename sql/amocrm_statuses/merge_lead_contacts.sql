-- Contacts of a lead that came with a new reading: what is not there yet comes in.
insert into mart.amocrm_lead_contact (
    account, lead_id, contact_id, is_main
)
select
    %(account)s,
    staged.lead_id,
    staged.contact_id,
    staged.is_main
from stage.amocrm_statuses_reread as changed
inner join stage.amocrm_statuses_lead_contact as staged
    on staged.run_id = %(run_id)s and changed.read_no = staged.read_no and changed.lead_id = staged.lead_id
where
    changed.run_id = %(run_id)s
    and not exists (
        select from mart.amocrm_lead_contact as kept
        where
            kept.account = %(account)s
            and kept.lead_id = staged.lead_id
            and kept.contact_id = staged.contact_id
    )
order by staged.lead_id, staged.contact_id
on conflict (account, lead_id, contact_id) do nothing;
