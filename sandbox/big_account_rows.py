"""
An account of any size as the warehouse holds it once it was read: raw rows put there by SQL, for benchmarks.

Every lead has so many moves, each to another status; two in a hundred are in the second of the one before.
Three leads in a hundred are deleted. Each has five fields, two of them tracking, and every third no tag.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString, NamedTuple

import psycopg

PIPELINES = ((8200011, "Лицензии", 1), (8200022, "Продление", 2))
STATUSES = (
    (8200011, 68100001, "Неразобранное", 5),
    (8200011, 68100002, "Проработка заявки", 10),
    (8200011, 68100003, "Расчет КП", 20),
    (8200011, 68100004, "Согласование договора", 30),
    (8200011, 68100009, "Ждёт клиента", 40),
    (8200011, 68100005, "Акты по лицензиям выставлены", 50),
    (8200011, 68100010, "Возврат денег", 60),
    (8200011, 68100099, "Спор", 70),
    (8200011, 142, "Успешно реализовано", 10000),
    (8200011, 143, "Закрыто и не реализовано", 11000),
    (8200022, 68200001, "Заявка на продление", 10),
    (8200022, 142, "Продлено", 10000),
    (8200022, 143, "Закрыто и не реализовано", 11000),
)
FIELDS = (
    (1500101, "LANDING", None, "text"),
    (1500102, "Себестоимость", None, "numeric"),
    (1500103, "Тип клиента", None, "select"),
    (1500201, "utm_source", "UTM_SOURCE", "tracking_data"),
    (1500203, "utm_campaign", "UTM_CAMPAIGN", "tracking_data"),
)
WALK: LiteralString = """
    create temporary table walk as
    select
        number as lead_id,
        step,
        case
            when step = 0 then 68100002
            when step %% 2 = 1 then (array[68100003, 68100005, 143, 68100009, 68100005])[1 + which]
            else (array[68100004, 142, 68100010, 68100099, 68100002])[1 + which]
        end as status_id,
        timestamptz '2025-01-01' + make_interval(secs => number * 300 + step * 40000
            - case when step > 1 and random() < 0.02 then 40000 else 0 end) as occurred_at
    from (
        select number, step, floor(5 * power(random(), 2))::int as which
        from generate_series(1, %(leads)s::int) as number, generate_series(0, %(moves)s::int) as step
    ) as thrown
"""
LEADS: LiteralString = """
    insert into mart.amocrm_lead (
        account, lead_id, name, price, pipeline_id, status_id, responsible_user_id, created_by, updated_by,
        created_at, updated_at, closed_at, fingerprint, is_deleted, deleted_at, deleted_reason, first_run_id,
        changed_run_id
    )
    select
        %(account)s, lead_id, 'Сделка ' || lead_id, (lead_id %% 1000) * 100, 8200011, status_id,
        9100001 + lead_id %% 6, 0, 0, timestamptz '2025-01-01' + make_interval(secs => lead_id * 300),
        occurred_at + interval '1 minute',
        case when status_id in (142, 143) then occurred_at end,
        md5(lead_id::text), lead_id %% 33 = 0, case when lead_id %% 33 = 0 then occurred_at end,
        case when lead_id %% 33 = 0 then 'bin' end, 0, 0
    from walk
    where step = %(moves)s
"""
EVENTS: LiteralString = """
    insert into mart.amocrm_lead_event (
        account, event_id, lead_id, type, occurred_at, from_pipeline_id, from_status_id, to_pipeline_id,
        to_status_id, run_id
    )
    select %(account)s, '01' || md5(lead_id || '-' || step), lead_id, 'lead_status_changed', occurred_at,
        8200011, before, 8200011, status_id, 0
    from (
        select lead_id, step, status_id, occurred_at,
            lag(status_id) over (partition by lead_id order by step) as before
        from walk
    ) as moves
    where step > 0
"""
VALUES: LiteralString = """
    insert into mart.amocrm_lead_custom_field_value (
        account, lead_id, field_id, value_index, value_text, value_num, enum_id
    )
    select %(account)s, lead_id, field_id, 0, value, number, enum_id
    from walk,
        lateral (values
            (1500101, 'site-' || lead_id %% 20, null::numeric, null::bigint),
            (1500102, (lead_id * 7 %% 100000)::text, (lead_id * 7 %% 100000)::numeric, null),
            (1500103, 'Новый', null, 2200301),
            (1500201, (array['yandex', 'google', 'vk', 'email'])[1 + lead_id %% 4], null, null),
            (1500203, 'campaign-' || lead_id %% 12, null, null)
        ) as field (field_id, value, number, enum_id)
    where step = 0
"""
TAGS: LiteralString = """
    insert into mart.amocrm_lead_tag (account, lead_id, tag_id, name)
    select %(account)s, lead_id, 55101, 'сайт' from walk where step = 0 and lead_id %% 3 > 0
"""
DIRECTORIES: tuple[tuple[LiteralString, Sequence[Sequence[object]]], ...] = (
    (
        """insert into mart.amocrm_account (
            account, account_id, name, subdomain, host, timezone, currency, is_filter_enabled, changed_run_id
        )
        values (%s, 31000001, 'Продавец', 'demo', 'demo.example', 'Europe/Moscow', 'RUB', true, 0)""",
        [[]],
    ),
    (
        """insert into mart.amocrm_pipeline (
            account, pipeline_id, name, sort, is_main, is_archive, changed_run_id
        )
        values (%s, %s, %s, %s, false, false, 0)""",
        PIPELINES,
    ),
    (
        """insert into mart.amocrm_status (
            account, pipeline_id, status_id, name, sort, type, is_editable, changed_run_id
        )
        values (%s, %s, %s, %s, %s, 0, true, 0)""",
        STATUSES,
    ),
    (
        "insert into mart.amocrm_user (account, user_id, name, changed_run_id) values (%s, %s, %s, 0)",
        [[9100001 + place, f"Менеджер {place}"] for place in range(6)],
    ),
    (
        """insert into mart.amocrm_custom_field (
            account, entity_type, field_id, name, code, type, changed_run_id
        )
        values (%s, 'leads', %s, %s, %s, %s, 0)""",
        FIELDS,
    ),
)
CURSORS: LiteralString = """
    insert into ops.cursor (pipeline, source, name, value, run_id)
    select 'amocrm_statuses', %(account)s, name, coalesce(value, %(read_at)s), 0
    from (values
        ('leads', null), ('deleted', null), ('events', null), ('contacts', null), ('id_scan', null),
        ('history_from', '2025-01-01T00:00:00+00:00'),
        ('event_types', 'lead_status_changed,lead_deleted,lead_restored,entity_merged')
    ) as cursor (name, value)
"""


class Size(NamedTuple):
    """How many leads, and how many moves of each."""

    leads: int
    moves: int = 5


def fill(connection: psycopg.Connection[Any], size: Size, account: str = "amocrm") -> None:
    """Put an account into an empty warehouse, the same for the same size; it was read an hour ago."""
    read_at = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    told = {"account": account, "read_at": read_at, **size._asdict()}
    connection.execute("select setseed(0.42)")
    connection.execute(WALK, told)
    _directories(connection, account)
    for statement in (LEADS, EVENTS, VALUES, TAGS, CURSORS):
        connection.execute(statement, told)
    connection.execute("drop table walk")
    connection.commit()


def _directories(connection: psycopg.Connection[Any], account: str) -> None:
    cursor = connection.cursor()
    for statement, rows in DIRECTORIES:
        cursor.executemany(statement, [[account, *row] for row in rows])
