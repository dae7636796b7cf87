-- The mart's statuses become those of the settings. One that is no longer listed stays for its deals, but is not new or repeat.
with dropped as (
    update mart.deal_status set kind = 'other'
    where name <> all(%(names)s::text[]) and kind in ('new', 'repeat')
)

insert into mart.deal_status as kept (name, kind)
select
    listed.name,
    listed.kind
from unnest(%(names)s::text[], %(kinds)s::text[]) with ordinality as listed (name, kind, place)
order by listed.place
on conflict (
    name) do update set kind = excluded.kind
where kept.kind <> excluded.kind;
