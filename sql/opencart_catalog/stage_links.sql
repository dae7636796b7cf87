-- What earlier runs have linked, against the CRM as it was read: is each material still what was linked? It is if its article is as it
-- was when last read, is the link's or its item's own. A material without an article tells nothing: it is believed if so is the account,
-- that is unless more materials have other articles than have their own, and more than four; or if a person vouches for it.
with reading as (
    select not exists (
        select 1
        from stage.opencart_catalog_issue
        where run_id = %(run_id)s and code = 'CATALOG_SNAPSHOT_UNSTABLE'
    ) as is_whole
),

met as (
    select
        link.identity,
        link.material_id,
        link.material_sku,
        link.is_lost or link.first_seen_run_id = %(run_id)s as is_past,
        material.material_id is not null as is_there,
        material.material_id is not null and material.key is null as is_empty,
        material.material_id is not null
        and (
            coalesce(material.sku, '') = link.material_sku
            or material.key in (link.material_key, link.key, item.key)
        ) is true as is_same
    from mart.catalog_link as link
    left join stage.opencart_catalog_material as material on material.run_id = %(run_id)s and link.material_id = material.material_id
    left join stage.opencart_catalog_item as item on item.run_id = %(run_id)s and link.identity = item.identity
    where link.source = %(source)s and link.account = %(account)s
),

judged as (
    select
        met.*,
        not met.is_past
        and not met.is_same
        and case
            when not met.is_there then (select reading.is_whole from reading)
            else not met.is_empty or met.material_sku is not null
        end as is_lost
    from met
),

account as (
    select
        %(is_vouched_for)s
        or count(*) filter (where is_there and is_lost and not is_empty)
        <= greatest(4, count(*) filter (where is_there and not is_past and is_same)) as is_known
    from judged
)

insert into stage.opencart_catalog_link (run_id, identity, material_id, is_past, is_lost, is_own)
select
    %(run_id)s,
    judged.identity,
    judged.material_id,
    judged.is_past,
    judged.is_lost,
    judged.is_same or judged.is_empty and (select account.is_known from account)
from judged;
