-- What each status text of the source means. A status that the mart lacks (only in a dry run) gets a number of no use elsewhere.
insert into stage.deal_import_status (run_id, status_key, status_id, kind, name)
select
    %(run_id)s,
    mapped.status_key,
    coalesce(deal_status.status_id, -dense_rank() over (order by mapped.name)),
    mapped.kind,
    mapped.name
from unnest(%(status_keys)s::text[], %(names)s::text[], %(kinds)s::text[]) as mapped (status_key, name, kind)
left join mart.deal_status on mapped.name = deal_status.name;
