-- The dictionary of codes.
select
    code,
    severity,
    text
from ops.code;
