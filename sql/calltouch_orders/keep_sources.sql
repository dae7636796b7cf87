-- Orders whose fields hold what a person has put there: noted, and left alone.
update mart.calltouch_lead_source as known
set kept_value = concat_ws(' | ', document.source_short, document.source_full)
from mart.erp_order as document
where
    known.site_id = %(site_id)s
    and known.order_ref = document.order_ref
    and known.state = 'found'
    and known.written_back_at is null
    and known.kept_value is null
    and not (
        coalesce(document.source_short, '') in ('', coalesce(known.written_short, ''))
        and coalesce(document.source_full, '') in ('', coalesce(known.written_value, ''))
    );
