-- One row a deal and contact: equal parts, the first contacts by number get the units that are left over (bitrix24 7.2, 7).
insert into stage.bitrix24_contact_totals_part (run_id, deal_id, contact_id, category_id, year, amount_minor)
select
    amount.run_id,
    amount.deal_id,
    sharer.contact_id,
    amount.category_id,
    amount.year,
    sign(amount.amount_minor)::bigint * (
        abs(amount.amount_minor) / cardinality(amount.contact_ids)
        + (sharer.place <= mod(abs(amount.amount_minor), cardinality(amount.contact_ids)))::integer
    )
from stage.bitrix24_contact_totals_amount as amount
cross join lateral unnest(amount.contact_ids) with ordinality as sharer (contact_id, place)
where amount.run_id = %(run_id)s and amount.outcome = 'counted';
