-- A lead's standing in a funnel of a lead that is built anew comes in, unless it is there.
insert into mart.amocrm_lead_funnel_state (
    account, lead_id, funnel_id, container_id, position, marker, since, is_outside, price, sales_volume, success_amount,
    returned_amount, success_at, success_at_source, refused_at, refused_from, loss_reason_id, history_complete, created_at,
    created_day, responsible_user_id, main_contact_id, changed_run_id
)
select
    %(account)s,
    staged.lead_id,
    staged.funnel_id,
    staged.container_id,
    staged.position,
    staged.marker,
    staged.since,
    staged.is_outside,
    staged.price,
    staged.sales_volume,
    staged.success_amount,
    staged.returned_amount,
    staged.success_at,
    staged.success_at_source,
    staged.refused_at,
    staged.refused_from,
    staged.loss_reason_id,
    staged.history_complete,
    staged.created_at,
    staged.created_day,
    staged.responsible_user_id,
    staged.main_contact_id,
    %(run_id)s
from stage.amocrm_statuses_state as staged
where
    staged.run_id = %(run_id)s
    and not exists (
        select from mart.amocrm_lead_funnel_state as kept
        where
            kept.account = %(account)s
            and kept.lead_id = staged.lead_id
            and kept.funnel_id = staged.funnel_id
    )
order by staged.lead_id, staged.funnel_id;
