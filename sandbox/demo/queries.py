"""Queries worth trying on the warehouse after the demo."""

QUERIES = [
    (
        "Что сделал каждый запуск",
        """
select run_id, source, dry_run, state, finished_at - started_at as took, counters
from ops.run
where pipeline = 'deal_import'
order by run_id
""",
    ),
    (
        "Сделки, собранные из нескольких платежей, и откуда взялась сумма",
        """
select
    deal.deal_id, client.name, status.name as status, deal.actual_amount, deal.currency,
    string_agg(payment.record_id || ': ' || payment.amount, ', ' order by payment.paid_at) as payments
from mart.payment as payment
inner join mart.deal as deal on payment.deal_id = deal.deal_id
inner join mart.client as client on deal.client_id = client.client_id
inner join mart.deal_status as status on deal.status_id = status.status_id
group by deal.deal_id, client.name, status.name
having count(*) > 1
order by deal.actual_amount desc
limit 10
""",
    ),
    (
        "На что стоит взглянуть: отказы и предупреждения последнего запуска",
        """
select log.record_key, log.severity, code.code, code.text, log.details
from ops.run_log as log
cross join unnest(log.codes) as named (code)
inner join ops.code as code on named.code = code.code
where
    log.run_id = (select max(run_id) from ops.run where pipeline = 'deal_import' and source = 'main')
    and code.severity <> 'info'
order by log.severity, log.seq
limit 20
""",
    ),
]
