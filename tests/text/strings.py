"""A ladder of strings, easy to nasty, that every kind of tokenizer climbs; and a small corpus."""

from cogling.text.chat import SPECIAL_TOKENS

HARD = {
    "empty": "",
    "ascii": "The quick brown fox jumps over the lazy dog.",
    "digits": "0 007 12345 3.14159 -5 1,000,000 x12y34",
    "code": "def f(x):\n    return {'a': [x ** 2, x // 3]}  # done\n\n\tif x != 1 || y: pass",
    "contractions": "I'll say they're 'S not WE'VE; don't",
    "blanks": "  two leading, two trailing  ",
    "lone newline": "\n",
    "newlines": "\n\na\n \n b \n\n\n",
    "crlf": "one\r\ntwo\rthree\r\n",
    "tabs": "\ta\t\tb\v\f",
    "separators": "a\x1cb\x1fc\x85d\u2028e\u2029f\u00a0g\u3000h",
    "nul": "a\x00b\x00",
    "accents": "naïve café Ærø Straße ŐRÜLT",
    "combining": "e\u0301 n\u0303 a\u0328\u0301 हिन्दी กำลัง",
    "cjk": "水は百度で沸騰する。한국어 漢字",
    "rtl": "שלום עולם مرحبا بالعالم ١٢٣",
    "other digits": "½ ² Ⅷ ௧௨ 𝟘𝟙",
    "emoji": "🙂 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪",
    "private": "\ue000 \U0010ffff \ufffd \ufeff",
    "special tokens": "".join(SPECIAL_TOKENS),
    "special in text": "say <|end|> and<|think|>naïve<|/think|>, <|user|",
    "continuation": "## a ##b c##d ### #",
    "folds": "'ſ ſ K 'ſt I'ſ",
}

CORPUS = [
    "What is 12 + 34? Add the ones: 2 + 4 = 6. Add the tens: 1 + 3 = 4.",
    "Anna has 5 apples. She gives 2 of the apples to Ben.\nHow many apples does Anna have?",
    "if x > 3 then y = x + 1 else y = 0",
    "Every <|end|> is spelled out, <|end|> and <|end|>.",
    *HARD.values(),
] * 3
