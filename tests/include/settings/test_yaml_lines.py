import pytest

from include.settings.yaml_lines import read


def problems(text: str) -> list[tuple]:
    document = read(text)
    return [
        (problem.line or document.line(problem.path), problem.path, problem.text)
        for problem in document.problems
    ]


def test_every_key_and_item_knows_its_line():
    document = read("a: 1\nb:\n  - c: x\n    d: y\n  - e\n")
    assert document.data == {"a": 1, "b": [{"c": "x", "d": "y"}, "e"]}
    assert [document.line(path) for path in [("a",), ("b", 0, "d"), ("b", 1)]] == [1, 4, 5]
    assert document.line(("b", 0, "missing")) == 3
    assert document.line(("nothing",)) == 1


def test_keys_are_text_as_written():
    assert read("1: a\n007: b\nyes: c\n").data == {"1": "a", "007": "b", "yes": "c"}


def test_a_key_given_twice_is_a_problem_at_its_second_line():
    assert problems("a: 1\nb:\n  c: 1\n  c: 2\n") == [
        (4, ("b", "c"), "ключ указан второй раз, первый в строке 3")
    ]


def test_broken_yaml_is_a_problem_with_its_line():
    ((line, path, text),) = problems("a: 1\nb: [1, 2\nc: 3\n")
    assert (line, path) == (3, ())
    assert "не читается как YAML" in text
    assert "YAML" in problems("a: \x00")[0][2]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: b: c\n", 1, "лишнее двоеточие (его берут в кавычки) или сбит отступ"),
        ("a: 1\nb\nc: 2\n", 3, "не хватает двоеточия после ключа"),
        ("a:\n\t- b\n", 2, "отступ сделан табуляцией, а нужны пробелы"),
        ("a: 'b\nc: d\n", 1, "не закрыта кавычка"),
        ('a: 1\nb:\n  c: "price - 1\n  d: 2\ne: 3\n', 3, "не закрыта кавычка"),
        ("a: [1, 2\nb: 3\n", 2, "не закрыта скобка [ или не хватает запятой"),
        ("a: {b: 1\nc: 3\n", 2, "не закрыта скобка { или не хватает запятой"),
        ("a:\n  - b\n c: 1\n", 3, "сбит отступ"),
        ("a: %b\n", 1, "с этого знака значение не начинают: возьмите его в кавычки"),
        ('a: "\\d"\n', 1, "в двойных кавычках обратную черту пишут дважды"),
        ("a: *b\n", 1, "* в начале значения это ссылка: возьмите его в кавычки"),
        ("a: 1\n---\nb: 1\n", 2, "в файле несколько документов (---), а нужен один"),
        ("a: !b c\n", 1, "значение с ! в начале берут в кавычки"),
        ("a: 1\nb: \x00\n", 2, "знак, которого в нём не бывает"),
    ],
)
def test_broken_yaml_is_explained_in_the_language_of_the_file(text, line, reason):
    assert problems(text) == [(line, (), f"не читается как YAML: {reason}")]


def test_an_empty_file_holds_nothing():
    assert read("# only a comment\n").data == {}


def test_our_variables_are_put_in(monkeypatch):
    monkeypatch.setenv("DEALFLOW_HOST", "127.0.0.1")
    monkeypatch.setenv("DEALFLOW_PORT", "8000")
    document = read("link: http://${DEALFLOW_HOST}:${DEALFLOW_PORT}/x\n'${DEALFLOW_HOST}': 1\n")
    assert document.data == {"link": "http://127.0.0.1:8000/x", "${DEALFLOW_HOST}": 1}


@pytest.mark.parametrize(
    ("variable", "words"), [("DEALFLOW_NOT_SET_HERE", "не задана"), ("HOME", "только"), ("", "только")]
)
def test_missing_and_foreign_variables_are_problems_with_their_line(variable, words):
    ((line, path, text),) = problems(f"a: 1\nlink: http://${{{variable}}}/x\n")
    assert (line, path) == (2, ("link",))
    assert words in text


def test_a_text_read_again_gives_data_of_its_own_and_the_variables_of_now(monkeypatch):
    text = "a: [1, {b: '${DEALFLOW_WORD}'}]\n"
    monkeypatch.setenv("DEALFLOW_WORD", "one")
    first = read(text)
    first.data["a"].append(2)
    first.lines.clear()
    monkeypatch.setenv("DEALFLOW_WORD", "two")
    again = read(text)
    assert again.data == {"a": [1, {"b": "two"}]}
    assert again.line(("a",)) == 1
    assert first.data == {"a": [1, {"b": "one"}, 2]}
