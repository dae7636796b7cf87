-- Where incremental reading stands.
select value
from ops.cursor
where pipeline = %(pipeline)s and source = %(source)s and name = %(name)s;
