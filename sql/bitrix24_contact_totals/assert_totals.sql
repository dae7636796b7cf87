-- Nothing is lost and nothing twice, to the smallest unit.
with parts as (
    select
        deal_id,
        sum(amount_minor) as amount_minor
    from stage.bitrix24_contact_totals_part
    where run_id = %(run_id)s
    group by deal_id
),

sums as (
    select
        coalesce(sum(amount_minor) filter (where outcome <> 'refused'), 0) as everything,
        coalesce(sum(amount_minor) filter (where outcome = 'unattributed'), 0) as unattributed
    from stage.bitrix24_contact_totals_amount
    where run_id = %(run_id)s
),

shared as (
    select coalesce(sum(amount_minor), 0) as amount_minor
    from stage.bitrix24_contact_totals_part
    where run_id = %(run_id)s
),

totalled as (
    select coalesce(sum(amount_minor), 0) as amount_minor
    from stage.bitrix24_contact_totals_total
    where run_id = %(run_id)s
)

select
    not exists (
        select 1
        from stage.bitrix24_contact_totals_amount as amount
        left join parts on amount.deal_id = parts.deal_id
        where
            amount.run_id = %(run_id)s
            and amount.outcome = 'counted'
            and amount.amount_minor is distinct from parts.amount_minor
    ) as parts_add_up_to_deals,
    sums.unattributed + shared.amount_minor = sums.everything as unattributed_and_parts_are_all,
    shared.amount_minor = totalled.amount_minor as totals_are_parts,
    not exists (
        select 1
        from stage.bitrix24_contact_totals_part as part
        where part.run_id = %(run_id)s and part.contact_id < 1
    ) as no_part_without_contact
from sums
cross join shared
cross join totalled;
