-- Tags of a lead that came with a new reading: what that reading does not have goes.
with changed as (
    select distinct on (staged.lead_id)
        staged.lead_id,
        staged.read_no
    from stage.amocrm_statuses_lead as staged
    inner join mart.amocrm_lead as lead
        on lead.account = %(account)s and staged.lead_id = lead.lead_id and staged.fingerprint = lead.fingerprint
    where staged.run_id = %(run_id)s and lead.changed_run_id = %(run_id)s
    order by staged.lead_id asc, staged.read_no desc
)

delete from mart.amocrm_lead_tag as kept
using changed
where
    kept.account = %(account)s
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
