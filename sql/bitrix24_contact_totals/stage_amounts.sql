-- One row a won deal: its sum in the smallest unit of the target currency, its year, and whether it counts (bitrix24 7.2, 6 and 8).
-- A rate is above zero or there is none. It has 20 places; a sum is rounded to 10 before it is rounded to units, so that a half stays a
-- half of which the rate was a third.
with target as (
    select
        amount,
        amount_cnt
    from stage.bitrix24_currency
    where run_id = %(run_id)s and currency = %(target)s
),

won as (
    select distinct on (deal_id)
        deal_id,
        won_on
    from stage.bitrix24_contact_totals_won
    where run_id = %(run_id)s
    order by deal_id asc, history_id desc
),

rated as (
    select
        deal.*,
        won.won_on,
        frozen.rate is null as is_first,
        case
            when deal.currency = %(target)s then 1
            when %(policy)s = 'frozen' and frozen.rate is not null then frozen.rate
            when %(policy)s <> 'reject' and least(own.amount, own.amount_cnt, target.amount, target.amount_cnt) > 0
                then round(round(own.amount * target.amount_cnt, 30) / (own.amount_cnt * target.amount), 20)
        end as told_rate,
        deal.currency <> %(target)s and %(policy)s = 'frozen' as is_foreign
    from stage.bitrix24_contact_totals_deal as deal
    cross join target
    left join stage.bitrix24_currency as own on deal.run_id = own.run_id and deal.currency = own.currency
    left join mart.bitrix24_deal_rate as frozen
        on
            frozen.account = %(account)s
            and deal.deal_id = frozen.deal_id
            and deal.currency = frozen.currency
            and frozen.target_currency = %(target)s
    left join won on deal.deal_id = won.deal_id
    where deal.run_id = %(run_id)s
),

bounded as (
    select
        *,
        case when told_rate > 0 and told_rate < 10000000000 then told_rate end as rate,
        case
            when %(by)s = 'closedate' and closed_on is not null then 'closedate'
            when %(by)s = 'stage_history' and won_on is not null then 'stage_history'
            when moved_on is not null then 'won_at'
        end as year_by
    from rated
),

counted as (
    select
        *,
        round(round(opportunity * rate * power(10::numeric, %(decimals)s), 10)) as minor,
        substr(
            case year_by
                when 'closedate' then closed_on
                when 'stage_history' then won_on
                when 'won_at' then moved_on
            end, 1, 4
        )::integer as counted_year
    from bounded
),

judged as (
    select
        *,
        abs(minor) <= 9007199254740991 as is_sum,
        is_foreign and rate is not null as keeps_rate
    from counted
)

insert into stage.bitrix24_contact_totals_amount (
    run_id, deal_id, category_id, year, year_by, rate, is_frozen, amount_minor, contact_ids, outcome, codes
)
select
    run_id,
    deal_id,
    category_id,
    counted_year,
    year_by,
    rate,
    keeps_rate,
    case when is_sum then minor::bigint end,
    contact_ids,
    case
        when counted_year is null or is_sum is not true then 'refused'
        when contact_ids = '{}' then 'unattributed'
        else 'counted'
    end,
    array_remove(
        array[
            case when opportunity is null or not is_sum then 'B24_BAD_SUM' end,
            case when rate is null and (%(policy)s <> 'reject' or currency is null) then 'B24_CURRENCY_UNKNOWN' end,
            case when rate is null and %(policy)s = 'reject' and currency is not null then 'B24_FOREIGN_CURRENCY' end,
            case when counted_year is null then 'B24_NO_YEAR' end,
            case when %(by)s = 'closedate' and year_by = 'won_at' then 'B24_CLOSEDATE_EMPTY' end,
            case when %(by)s = 'stage_history' and year_by = 'won_at' then 'B24_HISTORY_MISSING' end,
            case when counted_year not between %(first_year)s and %(last_year)s then 'B24_YEAR_OUTSIDE' end,
            case when contact_ids = '{}' then 'B24_UNATTRIBUTED' end,
            case when keeps_rate and is_first then 'B24_RATE_FROZEN' end
        ], null
    )
from judged;
