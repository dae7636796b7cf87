-- This transaction may change locked amounts: they are the sums of what it imports.
select set_config('dealflow.amounts_by', 'import', true);
