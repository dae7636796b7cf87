-- Tags of a lead that came with a new reading: what that reading does not have goes.
delete from mart.amocrm_lead_tag as kept
using stage.amocrm_statuses_reread as changed
where
    kept.account = %(account)s
    and changed.run_id = %(run_id)s
    and kept.lead_id = changed.lead_id
    and not exists (
        select from stage.amocrm_statuses_tag as staged
        where
            staged.run_id = %(run_id)s
            and staged.read_no = changed.read_no
            and staged.lead_id = kept.lead_id
            and staged.tag_id = kept.tag_id
            and staged.name = kept.name
    );
