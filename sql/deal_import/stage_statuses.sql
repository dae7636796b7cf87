-- What each status text of the source means.
insert into stage.deal_import_status (run_id, status_key, status_id, kind)
select
    %(run_id)s,
    mapped.status_key,
    deal_status.status_id,
    deal_status.kind
from unnest(%(status_keys)s::text[], %(names)s::text[]) as mapped (status_key, name)
inner join mart.deal_status on mapped.name = deal_status.name;
