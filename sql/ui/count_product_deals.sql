-- How many deals of a portal stand so.
select
    state,
    deals
from mart.v_bitrix24_deal_product_reconciliation
where account = %(account)s;
