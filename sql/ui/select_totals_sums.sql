-- One row: what won deals of a portal, their parts and the totals come to, each by itself, so that they can be compared.
select
    deal.deals,
    deal.deals_minor,
    deal.unattributed_minor,
    deal.unattributed_deals,
    (
        select coalesce(sum(part.amount_minor), 0)
        from mart.bitrix24_deal_part as part
        where part.account = %(account)s
    ) as parts_minor,
    (
        select coalesce(sum(total.amount_minor), 0)
        from mart.contact_year_total as total
        where total.account = %(account)s
    ) as totals_minor
from (
    select
        count(*) as deals,
        coalesce(sum(won.amount_minor), 0) as deals_minor,
        coalesce(sum(won.amount_minor) filter (where won.contact_ids = '{}'), 0) as unattributed_minor,
        count(*) filter (where won.contact_ids = '{}') as unattributed_deals
    from mart.bitrix24_deal as won
    where won.account = %(account)s and won.is_won
) as deal;
