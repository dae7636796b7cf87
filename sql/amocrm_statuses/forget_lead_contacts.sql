-- Contacts of a lead that came with a new reading: what that reading does not have goes.
delete from mart.amocrm_lead_contact as kept
using stage.amocrm_statuses_reread as changed
where
    kept.account = %(account)s
    and changed.run_id = %(run_id)s
    and kept.lead_id = changed.lead_id
    and not exists (
        select from stage.amocrm_statuses_lead_contact as staged
        where
            staged.run_id = %(run_id)s
            and staged.read_no = changed.read_no
            and staged.lead_id = kept.lead_id
            and staged.contact_id = kept.contact_id
            and staged.is_main = kept.is_main
    );
