-- A slice of a reading begins.
insert into stage.amocrm_statuses_slice (run_id, stream, slice_no, mode, from_at, to_at, began_at)
values (%(run_id)s, %(stream)s, %(slice_no)s, %(mode)s, %(from_at)s, %(to_at)s, %(began_at)s);
