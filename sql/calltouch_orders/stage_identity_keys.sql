-- One row a phone and e-mail of each staged order that has no client yet. Deleted orders bring nobody in.
insert into stage.identity_key (run_id, row_no, rank, kind, value)
select
    staged.run_id,
    staged.row_no,
    client_rule.rank,
    client_rule.kind,
    contact.value
from stage.calltouch_orders_order as staged
inner join stage.client_rule using (run_id)
cross join lateral unnest(case client_rule.kind when 'phone' then staged.phones else staged.emails end) as contact (value)
left join mart.erp_order as kept using (order_ref)
where staged.run_id = %(run_id)s and kept.client_id is null and not staged.deleted;
