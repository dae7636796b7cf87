-- Since when the history of statuses is known.
select value
from ops.cursor
where pipeline = %(pipeline)s and source = %(source)s and name = 'history_from';
