-- One row a row of the logs of a portal's runs that says of a contact that the portal holds or does something else than wanted; the latest
-- first, below the one that the previous page ended with.
select
    logged.run_id,
    logged.seq,
    logged.at,
    logged.severity,
    logged.outcome,
    logged.codes,
    logged.record_key,
    logged.client_id,
    logged.details,
    run.source,
    run.dry_run,
    contact.contact_id,
    contact.name
from ops.run_log as logged
inner join ops.run as run on logged.run_id = run.run_id
left join mart.bitrix24_contact as contact
    on run.source = contact.account and logged.record_key = 'contact:' || contact.contact_id
where
    logged.severity <> 'info'
    and logged.codes && %(codes)s::text[]
    and logged.record_key like 'contact:%%'
    and run.pipeline = %(pipeline)s
    and run.source = %(account)s
    and (%(before_run)s::bigint is null or (logged.run_id, logged.seq) < (%(before_run)s::bigint, %(before_seq)s::integer))
order by logged.run_id desc, logged.seq desc
limit %(page_size)s;
