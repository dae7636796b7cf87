-- Orders whose fields hold what a person has put there: noted, and left alone. A source that any account has found for the order
-- is no such value: a run that was killed may have written it without living to say so.
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
        (
            coalesce(document.source_short, '') = ''
            or exists (
                select 1 from mart.calltouch_lead_source as ours
                where
                    ours.order_ref = known.order_ref
                    and document.source_short in (
                        ours.written_short, coalesce(ours.source, ours.medium, ours.campaign, ours.keyword)
                    )
            )
        )
        and (
            coalesce(document.source_full, '') = ''
            or exists (
                select 1 from mart.calltouch_lead_source as ours
                where
                    ours.order_ref = known.order_ref
                    and document.source_full in (
                        ours.written_value, concat_ws(' / ', ours.source, ours.medium, ours.campaign, ours.keyword)
                    )
            )
        )
    );
