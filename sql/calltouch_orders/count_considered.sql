-- How many orders the run looks at: those of its scope that the exchange covers.
select count(*) as orders
from stage.calltouch_orders_orders(%(intake)s)
where
    (%(any_organisation)s or organisation_ref = any(%(organisations)s::uuid[]))
    and (%(order_refs)s::uuid[] is null or order_ref = any(%(order_refs)s::uuid[]))
    and (%(date_from)s::timestamptz is null or ordered_at >= %(date_from)s)
    and (%(date_to)s::timestamptz is null or ordered_at < %(date_to)s)
    and (%(organisation_ref)s::uuid is null or organisation_ref = %(organisation_ref)s)
    and (%(kind)s::text is null or kind = %(kind)s)
    and (
        %(by_hand)s
        or (ordered_at >= %(go_live)s and not deleted)
        or order_ref in (
            select candidate.order_ref from stage.calltouch_orders_candidate as candidate
            where candidate.run_id = %(run_id)s
        )
    );
