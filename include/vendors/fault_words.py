"""What is said about a call to a vendor that went wrong, in the language of those who read it."""

from typing import NamedTuple


class FaultWords(NamedTuple):
    """
    Phrases of one language.

    ``{status}`` is the HTTP status, ``{seconds}`` a time to wait, ``{host}`` a name in quotes after a space,
    or nothing.
    """

    spent: str
    too_often: str
    denied: str
    refused: str
    elsewhere: str
    unwell: str
    page: str
    cut: str
    gateway: str
    bad_certificate: str
    bad_address: str
    no_such_host: str
    not_listening: str
    no_proxy: str
    no_answer: str
    broken: str
    unknown_outcome: str
    again: str
    works: str


RUSSIAN = FaultWords(
    spent="лимит исчерпан ({status})",
    too_often="слишком много запросов ({status})",
    denied="доступ запрещён ({status}), проверьте подключение и права",
    refused="запрос отклонён ({status})",
    elsewhere="сервер перенаправляет на другой адрес ({status}), проверьте адрес в подключении",
    unwell="сервер временно не работает ({status})",
    page="вместо данных пришла веб-страница, проверьте адрес в подключении",
    cut="ответ получен не целиком или не читается",
    gateway="шлюз перед сервером временно не работает",
    bad_certificate="сертификату сервера{host} нельзя доверять, проверьте host (свой центр: verify)",
    bad_address="адрес в подключении написан с ошибкой",
    no_such_host="имя сервера{host} не находится, проверьте host",
    not_listening="сервер{host} не принимает соединение, проверьте host и порт",
    no_proxy="прокси не соединяет с сервером{host}, проверьте прокси",
    no_answer="сервер не ответил за отведённое время",
    broken="соединение оборвалось, ответа нет",
    unknown_outcome="Выполнен ли запрос, неизвестно",
    again="Повтор через {seconds:.0f} с",
    works="соединение работает",
)
UKRAINIAN = FaultWords(
    spent="ліміт вичерпано ({status})",
    too_often="забагато запитів ({status})",
    denied="доступ заборонено ({status}), перевірте підключення і права",
    refused="запит відхилено ({status})",
    elsewhere="сервер перенаправляє на іншу адресу ({status}), перевірте адресу в підключенні",
    unwell="сервер тимчасово не працює ({status})",
    page="замість даних прийшла вебсторінка, перевірте адресу в підключенні",
    cut="відповідь отримано не повністю або вона не читається",
    gateway="шлюз перед сервером тимчасово не працює",
    bad_certificate="сертифікату сервера{host} не можна довіряти, перевірте host (свій центр: verify)",
    bad_address="адресу в підключенні написано з помилкою",
    no_such_host="ім'я сервера{host} не знаходиться, перевірте host",
    not_listening="сервер{host} не приймає з'єднання, перевірте host і порт",
    no_proxy="проксі не з'єднує із сервером{host}, перевірте проксі",
    no_answer="сервер не відповів за відведений час",
    broken="з'єднання обірвалося, відповіді немає",
    unknown_outcome="Чи виконано запит, невідомо",
    again="Повтор через {seconds:.0f} с",
    works="з'єднання працює",
)
