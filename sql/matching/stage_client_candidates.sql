-- One row a key that clients of the mart hold: the oldest holder, and another one if there are several. Two holders of a key are
-- enough to know both, so that a key held by thousands multiplies nothing.
insert into stage.client_candidate (run_id, row_no, rank, client_id, other_id)
select
    identity_key.run_id,
    identity_key.row_no,
    identity_key.rank,
    holder.client_id,
    nullif(holder.last_id, holder.client_id)
from stage.identity_key
cross join
    lateral (
        select
            min(first_two.client_id) as client_id,
            max(first_two.client_id) as last_id
        from (
            select client_key.client_id
            from mart.client_key
            where client_key.kind = identity_key.kind and client_key.value = identity_key.value
            order by client_key.client_id
            limit 2
        ) as first_two
    ) as holder
where identity_key.run_id = %(run_id)s and holder.client_id is not null;
