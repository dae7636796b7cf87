-- One row a lead and funnel it was in: where it stands, what it sold, down to where it has passed (smart-data-hub 5.6 to 5.8). Price is
-- that of now, or, of leads that were won, that at their success: what the last change before it left, else what the first after it found,
-- be it nothing.
insert into stage.amocrm_statuses_state (
    run_id, lead_id, funnel_id, container_id, position, marker, since, is_outside, is_won, implied_below, price, sales_volume,
    success_amount, returned_amount, success_at, success_at_source, refused_at, refused_from, loss_reason_id, history_complete,
    created_at, created_day, responsible_user_id, main_contact_id
)
with summed as (
    select
        lead_id,
        funnel_id,
        max(seq) as last_seq,
        bool_or(marker = 'success') is true as is_won,
        max(position) filter (where marker = 'success') as success_position,
        coalesce(max(position) filter (where marker is null), 0) as max_open,
        max(seq) filter (where marker = 'success') as success_seq,
        max(seq) filter (where marker = 'refusal') as refusal_seq,
        max(seq) filter (where marker is null) as open_seq
    from stage.amocrm_statuses_interval
    where run_id = %(run_id)s
    group by lead_id, funnel_id
),

-- The last stay of each kind, read once: of a million stays some hundred thousands count.
told as (
    select
        summed.lead_id,
        summed.funnel_id,
        bool_or(summed.is_won) as is_won,
        max(summed.success_position) as success_position,
        max(summed.max_open) as max_open,
        max(stay.container_id) filter (where stay.seq = summed.last_seq) as container_id,
        max(stay.position) filter (where stay.seq = summed.last_seq) as position,
        max(stay.marker) filter (where stay.seq = summed.last_seq) as marker,
        max(stay.entered_at) filter (where stay.seq = summed.last_seq) as since,
        bool_or(stay.left_at is not null) filter (where stay.seq = summed.last_seq) as is_outside,
        max(stay.source) filter (where stay.seq = summed.success_seq) as won_by,
        max(stay.entered_at) filter (where stay.seq = summed.success_seq) as won_at,
        max(stay.source) filter (where stay.seq = summed.refusal_seq) as lost_by,
        max(stay.entered_at) filter (where stay.seq = summed.refusal_seq) as lost_at,
        max(stay.container_id) filter (where stay.seq = summed.open_seq) as open_container
    from summed
    inner join stage.amocrm_statuses_interval as stay
        on
            stay.run_id = %(run_id)s
            and summed.lead_id = stay.lead_id
            and summed.funnel_id = stay.funnel_id
            and stay.seq in (summed.last_seq, summed.success_seq, summed.refusal_seq, summed.open_seq)
    group by summed.lead_id, summed.funnel_id
),

stood as (
    select
        told.lead_id,
        told.funnel_id,
        told.is_won,
        told.success_position,
        told.max_open,
        told.container_id,
        told.position,
        told.marker,
        told.since,
        told.is_outside,
        told.won_by,
        case when told.won_by = 'snapshot' then coalesce(lead.closed_at, lead.updated_at) else told.won_at end as won_at,
        case when told.lost_by = 'snapshot' then coalesce(lead.closed_at, lead.updated_at) else told.lost_at end as lost_at,
        told.open_container,
        lead.price,
        lead.loss_reason_id,
        lead.created_at,
        lead.responsible_user_id,
        lead.main_contact_id
    from told
    inner join mart.amocrm_lead as lead on lead.account = %(account)s and told.lead_id = lead.lead_id
),

priced as (
    select
        stood.*,
        case
            when stood.is_won and %(price_basis)s = 'at_success'
                then (coalesce(
                    (
                        select array[sold.sale_after]
                        from mart.amocrm_lead_event as sold
                        where
                            sold.account = %(account)s
                            and sold.lead_id = stood.lead_id
                            and sold.type = 'sale_field_changed'
                            and sold.occurred_at <= stood.won_at
                        order by sold.occurred_at desc, sold.event_id desc
                        limit 1
                    ),
                    (
                        select array[sold.sale_before]
                        from mart.amocrm_lead_event as sold
                        where
                            sold.account = %(account)s
                            and sold.lead_id = stood.lead_id
                            and sold.type = 'sale_field_changed'
                            and sold.occurred_at > stood.won_at
                        order by sold.occurred_at asc, sold.event_id asc
                        limit 1
                    ),
                    array[stood.price]
                ))[1]
            else stood.price
        end as counted
    from stood
)

select
    %(run_id)s,
    lead_id,
    funnel_id,
    container_id,
    position,
    marker,
    since,
    is_outside,
    is_won,
    case
        when marker = 'refusal' then 0
        when is_won and marker in ('success', 'return') then success_position
        when %(backfill)s = 'previous' then max_open
        else 0
    end,
    counted,
    case when marker = 'success' and not is_outside then coalesce(counted, 0) else 0 end,
    case when is_won then coalesce(counted, 0) else 0 end,
    case when is_won and marker = 'return' then coalesce(counted, 0) else 0 end,
    won_at,
    won_by,
    lost_at,
    case when marker = 'refusal' then open_container end,
    case when marker = 'refusal' then loss_reason_id end,
    %(history_from)s::timestamptz is not null and created_at >= %(history_from)s::timestamptz,
    created_at,
    (created_at at time zone %(zone)s::text)::date,
    responsible_user_id,
    main_contact_id
from priced;
