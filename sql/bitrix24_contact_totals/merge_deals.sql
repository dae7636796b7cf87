-- One row a won deal that counts, as it was read.
insert into mart.bitrix24_deal as kept (
    account, deal_id, title, category_id, stage_id, closed_on, moved_at, updated_at, opportunity, currency, company_id,
    contact_ids, year, year_by, rate, amount_minor, target_currency, decimals, is_won, left_at, first_run_id, changed_run_id
)
select
    %(account)s,
    staged.deal_id,
    staged.title,
    staged.category_id,
    staged.stage_id,
    staged.closed_on::date,
    staged.moved_at,
    staged.updated_at,
    staged.opportunity,
    staged.currency,
    staged.company_id,
    staged.contact_ids,
    amount.year,
    amount.year_by,
    amount.rate,
    amount.amount_minor,
    %(target)s,
    %(decimals)s,
    true,
    null,
    amount.run_id as first_run_id,
    amount.run_id as changed_run_id
from stage.bitrix24_contact_totals_amount as amount
inner join stage.bitrix24_contact_totals_deal as staged
    on amount.run_id = staged.run_id and amount.deal_id = staged.deal_id
where amount.run_id = %(run_id)s and amount.outcome <> 'refused'
on conflict (account, deal_id) do update
    set
        title = excluded.title,
        category_id = excluded.category_id,
        stage_id = excluded.stage_id,
        closed_on = excluded.closed_on,
        moved_at = excluded.moved_at,
        updated_at = excluded.updated_at,
        opportunity = excluded.opportunity,
        currency = excluded.currency,
        company_id = excluded.company_id,
        contact_ids = excluded.contact_ids,
        year = excluded.year,
        year_by = excluded.year_by,
        rate = excluded.rate,
        amount_minor = excluded.amount_minor,
        target_currency = excluded.target_currency,
        decimals = excluded.decimals,
        is_won = true,
        is_refused = false,
        left_at = null,
        changed_run_id = excluded.changed_run_id
    where
    (
        kept.title, kept.category_id, kept.stage_id, kept.closed_on, kept.moved_at, kept.updated_at, kept.opportunity,
        kept.currency, kept.company_id, kept.contact_ids, kept.year, kept.year_by, kept.rate, kept.amount_minor,
        kept.target_currency, kept.decimals, kept.is_won
    ) is distinct from (
        excluded.title, excluded.category_id, excluded.stage_id, excluded.closed_on, excluded.moved_at,
        excluded.updated_at, excluded.opportunity, excluded.currency, excluded.company_id, excluded.contact_ids,
        excluded.year, excluded.year_by, excluded.rate, excluded.amount_minor, excluded.target_currency,
        excluded.decimals, true
    );
