-- Writes that may have been taken, though nobody was told: they are not sent again, a plan made anew decides, but remembered.
update ops.action
set state = 'skipped', error = %(in_doubt)s, done_at = sent_at
where run_id = %(run_id)s and kind = 'set_totals' and state = 'planned' and attempts > 0;
