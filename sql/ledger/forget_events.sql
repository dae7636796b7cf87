-- Events about the file that an earlier attempt of the run left are dropped.
delete from ops.run_log
where run_id = %(run_id)s and record_key is null and codes && array['UNKNOWN_ELEMENT', 'UNKNOWN_CURRENCY', 'NO_RECORDS'];
