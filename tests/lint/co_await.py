#!/usr/bin/env python3
"""The house rule of coroutines: one call per statement with co_await, its arguments are names. GCC 12 destroys some
temporaries of such a statement twice: braced ones, capturing lambdas, both sides of a ?:, and what a condition holds."""

import re

import source

TOKEN = re.compile(r"\w+|->|::|<<|&&|\|\||\S|\n")
TYPES = {"struct", "class", "enum", "union", "namespace"}
BLOCK_AFTER = {")", "}", "{", ";", "else", "do", "try", "const", "noexcept", "override", "final", "mutable", "]"}


class Statement:
    """Tokens up to the next `;`; `marks` are what the tokens mean besides themselves."""

    def __init__(self):
        self.clear()

    def clear(self):
        self.tokens, self.parens, self.marks, self.line = [], [], set(), 0

    def previous(self):
        return self.tokens[-1] if self.tokens else ";"

    def opens_block(self):
        last = max((i for i, t in enumerate(self.tokens) if t == ")"), default=-1)
        has_result_type = "->" in self.tokens[last:] if last >= 0 else False
        return self.previous() in BLOCK_AFTER or has_result_type or bool(TYPES & set(self.tokens) and not self.parens)

    def opens_capture(self):
        return self.previous() in {"(", ",", "=", "co_await", "return", "co_return", "{", "&&", "||"}


def complaints(statement):
    tokens, marks = statement.tokens, statement.marks
    if "co_await" not in tokens:
        return
    if "condition" in marks:
        yield "co_await in a condition: name the result first"
    if "?" in tokens:
        yield "?: beside co_await: use if and else"
    if "brace" in marks:
        yield "braced temporary beside co_await: name it first"
    if "capture" in marks:
        yield "capturing lambda beside co_await: name it first"
    if tokens.count("co_await") > 1:
        yield "two co_await in one statement"


def scan(text):
    stack, statement, line = [], Statement(), 1
    for token in TOKEN.findall(re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", "", source.code(text), flags=re.M)):
        if token == "\n":
            line += 1
            continue
        if token == "{" and statement.opens_block():
            if not statement.parens:
                yield from ((statement.line, c) for c in complaints(statement))
            stack.append(statement)
            statement = Statement()
            continue
        if token == "}" and not statement.parens and stack:
            statement = stack.pop()
            if not statement.parens and "lambda" not in statement.marks:
                statement.clear()
            continue
        if token == ";" and not [p for p in statement.parens if p == "{"]:
            if "(" in statement.parens and "for" in statement.tokens:
                continue
            yield from ((statement.line, c) for c in complaints(statement))
            statement.clear()
            continue
        note(statement, token)
        statement.line = line if token == "co_await" or not statement.line else statement.line


def note(statement, token):
    if token == "[" and statement.opens_capture():
        statement.marks.add("lambda")
        statement.marks.add("opening capture")
    elif "opening capture" in statement.marks:
        statement.marks.discard("opening capture")
        if token != "]":
            statement.marks.add("capture")
    if token == "{":
        statement.marks.add("brace")
    if token in "({":
        is_condition = token == "(" and statement.previous() in {"if", "while", "switch", "for", "constexpr"}
        statement.parens.append("condition" if is_condition else token)
    elif token in ")}" and statement.parens:
        statement.parens.pop()
    if token == "co_await" and "condition" in statement.parens:
        statement.marks.add("condition")
    statement.tokens.append(token)


def check(root):
    for path in source.cpp(root):
        text = (root / path).read_text()
        if "co_await" in text:
            for line, complaint in scan(text):
                yield f"{path}:{line}: {complaint}"


def sample(body):
    return ("a.cpp", "asio::awaitable<void> f() {\n" + body + "\n}\n")


source.main(
    check,
    bad=[sample(body) for body in (
        "co_await g(Msg{a, b});",
        "co_await g({.x = 1});",
        "Msg m{co_await g(), 1};",
        "co_await co_spawn(ex, [s] { return s; }, use_awaitable);",
        "co_await g(ok ? a : b);",
        "if (co_await g()) h();",
        "while (!co_await g()) { h(); }",
        "switch (co_await g()) { default: h(); }",
        "if (x) { auto r = co_await g(std::string{}); }",
        "h(co_await a(), co_await b());",
        "auto l = [&]() -> asio::awaitable<void> { co_await g(T{1}); };",
    )],
    good=[sample(body) for body in (
        "Msg m{a, b};\n co_await g(std::move(m));",
        "const bool ok = co_await g();\n if (ok) h();",
        "auto l = [s] { return s; };\n co_await co_spawn(ex, std::move(l), use_awaitable);",
        "for (int i = 0; i < 3; ++i) { co_await g(i); }",
        "if (const auto x = h(); x) { co_await g(); } else { co_await k(); }",
        "auto first = co_await (a() || b());",
        "// if (co_await g()) is bad\n const auto n = items[3];\n co_await g(n);",
        "auto l = [this]() -> asio::awaitable<void> { co_await g(); };",
        'const std::string s = a ? "x" : "y";\n co_await g(s);',
    )])
