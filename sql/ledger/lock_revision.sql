-- The revision of the mart, held until the transaction ends: nobody else writes to the mart meanwhile.
select revision
from ops.mart_revision
for update;
