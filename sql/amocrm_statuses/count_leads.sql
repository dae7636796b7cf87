-- About how many leads there are, to judge by how much there is to read.
select
    greatest(known.leads, staged.leads) as leads,
    known.live
from (
    select
        count(*) as leads,
        count(*) filter (where not is_deleted) as live
    from mart.amocrm_lead
    where account = %(account)s
) as known
cross join (
    select count(*) as leads from stage.amocrm_statuses_lead
    where run_id = %(run_id)s
) as staged;
