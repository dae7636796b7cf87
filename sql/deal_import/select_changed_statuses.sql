-- Statuses of the settings that the mart lacks or holds with another kind, and those of a unique kind that the settings dropped.
select coalesce(listed.name, deal_status.name) as name
from unnest(%(names)s::text[], %(kinds)s::text[]) as listed (name, kind)
full join mart.deal_status on listed.name = deal_status.name
where
    deal_status.status_id is null
    or deal_status.kind <> listed.kind
    or (listed.name is null and deal_status.kind in ('new', 'repeat'));
