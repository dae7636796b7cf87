-- The revision of the mart at this moment.
select revision
from ops.mart_revision;
