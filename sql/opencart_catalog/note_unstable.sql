-- The CRM was written to both times it was read: something may have been jumped over.
insert into stage.opencart_catalog_issue (run_id, seq, code, details)
select
    %(run_id)s,
    coalesce(max(seq), 0) + 1,
    'CATALOG_SNAPSHOT_UNSTABLE',
    %(details)s
from stage.opencart_catalog_issue
where run_id = %(run_id)s;
