-- Tags of a lead that came with a new reading: what is not there yet comes in.
insert into mart.amocrm_lead_tag (
    account, lead_id, tag_id, name
)
select
    %(account)s,
    staged.lead_id,
    staged.tag_id,
    staged.name
from stage.amocrm_statuses_reread as changed
inner join stage.amocrm_statuses_tag as staged
    on staged.run_id = %(run_id)s and changed.read_no = staged.read_no and changed.lead_id = staged.lead_id
where
    changed.run_id = %(run_id)s
    and not exists (
        select from mart.amocrm_lead_tag as kept
        where
            kept.account = %(account)s
            and kept.lead_id = staged.lead_id
            and kept.tag_id = staged.tag_id
    )
order by staged.lead_id, staged.tag_id
on conflict (account, lead_id, tag_id) do nothing;
