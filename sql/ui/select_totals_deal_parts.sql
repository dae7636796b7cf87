-- One row a contact that a deal names, in the order of the split, with its part; none when the deal is not won any more.
select
    sharer.contact_id,
    sharer.place,
    contact.name,
    contact.gone_at,
    mart.from_minor(part.amount_minor, deal.decimals) as part
from mart.bitrix24_deal as deal
cross join lateral unnest(deal.contact_ids) with ordinality as sharer (contact_id, place)
left join mart.bitrix24_deal_part as part
    on deal.account = part.account and deal.deal_id = part.deal_id and sharer.contact_id = part.contact_id
left join mart.bitrix24_contact as contact
    on deal.account = contact.account and sharer.contact_id = contact.contact_id
where deal.account = %(account)s and deal.deal_id = %(deal)s
order by sharer.place
limit %(page_size)s;
