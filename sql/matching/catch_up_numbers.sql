-- Numbers given by hand (a restored table) are never given again. Serialised, so that no two runs move a sequence at once.
with turn as materialized (select pg_advisory_xact_lock(hashtext('dealflow catch_up_numbers')))

select
    (
        select setval('mart.client_client_id_seq', max(client_id))
        from mart.client
        having max(client_id) > (select last_value from mart.client_client_id_seq)
    ) as last_client_id,
    (
        select setval('mart.deal_deal_id_seq', max(deal_id))
        from mart.deal
        having max(deal_id) > (select last_value from mart.deal_deal_id_seq)
    ) as last_deal_id
from turn;
