-- One row a code of the dictionary, the gravest first.
select
    code,
    severity,
    text
from ops.code
order by array_position(array['error', 'warning', 'info'], severity), text, code;
