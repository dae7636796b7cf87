-- Staged rows of this run and of runs that have ended make room.
select stage.make_room(%(run_id)s);
