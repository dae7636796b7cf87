-- One row a stay of a lead in a container, in order.
select
    stay.seq,
    stay.funnel_id,
    stay.container_id,
    container.title,
    container.position,
    container.marker,
    stay.entered_at,
    stay.left_at,
    extract(epoch from coalesce(stay.left_at, now()) - stay.entered_at)::bigint as seconds,
    stay.source
from mart.amocrm_lead_container_interval as stay
inner join mart.amocrm_container as container
    on stay.account = container.account and stay.funnel_id = container.funnel_id and stay.container_id = container.container_id
where stay.account = %(account)s and stay.lead_id = %(lead)s
order by stay.seq
limit %(page_size)s;
