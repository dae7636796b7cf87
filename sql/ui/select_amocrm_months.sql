-- One row a month in which leads of an account were created, the latest first.
select distinct month
from mart.amocrm_path
where account = %(account)s
order by month desc;
