-- Tiers are replaced by those of the settings.
delete from mart.contact_tier
where account = %(account)s;
