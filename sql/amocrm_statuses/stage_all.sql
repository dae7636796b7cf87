-- One row a lead of the account: a full build has all of them, deleted ones too, since their rows have to go.
insert into stage.amocrm_statuses_affected as known (run_id, lead_id, is_kept)
select
    %(run_id)s,
    lead_id,
    not is_deleted
from mart.amocrm_lead
where account = %(account)s
on conflict (run_id, lead_id) do update
    set is_kept = excluded.is_kept;
