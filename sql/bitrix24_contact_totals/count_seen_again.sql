-- How many of the won deals we know, in the directions that are read now, are still won.
select
    count(*) as known,
    count(staged.deal_id) as seen
from mart.bitrix24_deal as deal
left join stage.bitrix24_contact_totals_deal as staged
    on staged.run_id = %(run_id)s and deal.deal_id = staged.deal_id
where
    deal.account = %(account)s
    and deal.is_won
    and (%(funnels)s::integer[] = '{}' or deal.category_id = any(%(funnels)s))
    and deal.category_id <> all(%(exclude_funnels)s::integer[]);
