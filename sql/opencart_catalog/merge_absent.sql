-- One more run in which linked items were gone; not counted twice a day.
update mart.catalog_link
set absent_runs = catalog_link.absent_runs + 1, absent_on = %(today)s, last_run_id = %(run_id)s
from stage.opencart_catalog_verdict as verdict
where
    verdict.run_id = %(run_id)s
    and verdict.codes && array['CATALOG_ABSENT', 'CATALOG_RETIRED']
    and verdict.identity = catalog_link.identity
    and catalog_link.absent_on is distinct from %(today)s;
