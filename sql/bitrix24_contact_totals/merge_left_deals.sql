-- Deals that were won and are not any more, and those that are won still but cannot be counted any more: these have not left.
with refused as (
    select deal_id
    from stage.bitrix24_contact_totals_amount
    where run_id = %(run_id)s and outcome = 'refused'
),

counted as (
    select deal_id
    from stage.bitrix24_contact_totals_amount
    where run_id = %(run_id)s and outcome <> 'refused'
),

changed as (
    select
        deal.deal_id,
        refused.deal_id is not null as is_refused
    from mart.bitrix24_deal as deal
    left join counted on deal.deal_id = counted.deal_id
    left join refused on deal.deal_id = refused.deal_id
    where
        deal.account = %(account)s
        and counted.deal_id is null
        and (deal.is_won or deal.is_refused <> (refused.deal_id is not null))
)

update mart.bitrix24_deal as deal
set
    is_won = false,
    is_refused = changed.is_refused,
    left_at = case when not changed.is_refused then %(now)s::timestamptz end,
    changed_run_id = %(run_id)s
from changed
where deal.account = %(account)s and deal.deal_id = changed.deal_id;
