-- One more whole run in which linked items were gone; a run is counted once, and not at all if it was to look at some articles only.
update mart.catalog_link
set
    absent_runs = catalog_link.absent_runs + 1,
    absent_on = %(today)s,
    absent_run_id = %(run_id)s,
    last_run_id = %(run_id)s
from stage.opencart_catalog_verdict as verdict
where
    %(keys)s::text[] is null
    and verdict.run_id = %(run_id)s
    and catalog_link.source = %(source)s
    and catalog_link.account = %(account)s
    and verdict.codes && array['CATALOG_ABSENT', 'CATALOG_RETIRED']
    and verdict.identity = catalog_link.identity
    and catalog_link.absent_run_id is distinct from %(run_id)s;
