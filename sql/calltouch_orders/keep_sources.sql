-- Orders whose fields hold what a person has put there: noted, and left alone. The source itself is no such value: a run that
-- was killed may have written it without living to say so.
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
        coalesce(document.source_short, '') in (
            '',
            coalesce(known.written_short, ''),
            coalesce(known.source, known.medium, known.campaign, known.keyword, '')
        )
        and coalesce(document.source_full, '') in (
            '',
            coalesce(known.written_value, ''),
            concat_ws(' / ', known.source, known.medium, known.campaign, known.keyword)
        )
    );
