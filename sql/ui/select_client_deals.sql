-- One row a deal of the client, the latest first, one page of them; a single deal when it is asked for.
with page as (
    select
        deal_id,
        conversion_id,
        external_id,
        status_id,
        created_at,
        actual_amount,
        actual_amount_locked,
        potential_amount,
        currency,
        note
    from mart.deal
    where
        client_id = %(client)s
        and (%(deal)s::bigint is null or deal_id = %(deal)s)
    order by created_at desc, deal_id desc
    limit %(page_size)s offset %(skip)s
),

paid as (
    select
        payment.deal_id,
        count(*) as payments
    from mart.payment as payment
    inner join page on payment.deal_id = page.deal_id
    group by payment.deal_id
)

select
    page.deal_id,
    page.conversion_id,
    page.external_id,
    page.created_at,
    page.actual_amount,
    page.actual_amount_locked,
    page.potential_amount,
    page.currency,
    page.note,
    status.name as status,
    status.kind as status_kind,
    coalesce(paid.payments, 0) as payments
from page
inner join mart.deal_status as status on page.status_id = status.status_id
left join paid on page.deal_id = paid.deal_id
order by page.created_at desc, page.deal_id desc;
