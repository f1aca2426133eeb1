package tfree.file;

import java.util.function.Consumer;

/**
 * Reads a small JSON text from front to back, strictly, where a whole JSON library would weigh more than what it reads:
 * meta files, manifests, a line of instruction data.
 *
 * <pre>{@code
 * JsonText json = new JsonText("{\"version\": 1, \"prefixes\": [\"a\", \"b\"]}");
 * json.object(name -> {
 *     switch (name) {
 *         case "version" -> version = json.integer();
 *         case "prefixes" -> json.array(() -> prefixes.add(json.string()));
 *         default -> json.skip();
 *     }
 * });
 * json.end();
 * }</pre>
 *
 * <p>What is not as expected is an {@link IllegalArgumentException} that says what was expected at which character.
 */
public final class JsonText {
    private static final int DEPTH = 100;
    private static final int SHOWN = 20;
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";

    private final String json;
    private int at;
    private int depth;

    public JsonText(String json) {
        this.json = json;
        skipSpace();
    }

    /** An object; {@code field} is told each name and must read the value. */
    public void object(Consumer<String> field) {
        enclosed('{', '}', "an object", () -> {
            String name = string();
            expect(':', "a colon");
            field.accept(name);
        });
    }

    /** An array; {@code element} must read one element. */
    public void array(Runnable element) {
        enclosed('[', ']', "an array", element);
    }

    /** A string. */
    public String string() {
        if (!begins('"')) {
            throw expected("a string");
        }
        StringBuilder text = new StringBuilder();
        for (at++; at < json.length() && json.charAt(at) != '"';) {
            char c = json.charAt(at);
            if (c < ' ') {
                throw expected("an escape instead of a control character");
            }
            if (c == '\\') {
                text.append(escaped());
            } else {
                text.append(c);
                at++;
            }
        }
        expect('"', "the end of the string");
        return text.toString();
    }

    /** A whole number of at most 18 digits. */
    public long integer() {
        int from = at;
        accept('-');
        int digits = at;
        while (at < json.length() && json.charAt(at) >= '0' && json.charAt(at) <= '9') {
            at++;
        }
        boolean whole = at > digits && at - digits <= 18 && (json.charAt(digits) != '0' || at == digits + 1)
                && !begins('.') && !begins('e') && !begins('E');
        if (!whole) {
            at = from;
            throw expected("a whole number");
        }
        long value = Long.parseLong(json, from, at, 10);
        skipSpace();
        return value;
    }

    /** true or false. */
    public boolean bool() {
        boolean value = begins('t');
        if (!acceptWord("true") && !acceptWord("false")) {
            throw expected("true or false");
        }
        return value;
    }

    /** Any value, passed over. */
    public void skip() {
        if (begins('{')) {
            object(_ -> skip());
        } else if (begins('[')) {
            array(this::skip);
        } else if (begins('"')) {
            string();
        } else if (!acceptWord("true") && !acceptWord("false") && !acceptWord("null")) {
            skipNumber();
        }
    }

    /** Nothing more. */
    public void end() {
        if (at < json.length()) {
            throw expected("the end");
        }
    }

    /** The number of the character that is read next. */
    public int position() {
        return at;
    }

    /** The error that something else was expected at the place where the text is read. */
    public IllegalArgumentException expected(String what) {
        String rest = json.substring(at, Math.min(json.length(), at + SHOWN));
        return new IllegalArgumentException("expected " + what + " at character " + at + " but was "
                + (rest.isEmpty() ? "the end" : rest.strip() + (at + SHOWN < json.length() ? "…" : "")));
    }

    private void enclosed(char open, char close, String what, Runnable element) {
        expect(open, what);
        if (++depth > DEPTH) {
            throw expected("at most " + DEPTH + " levels");
        }
        if (!accept(close)) {
            do {
                element.run();
            } while (accept(','));
            expect(close, "a comma or " + close);
        }
        depth--;
    }

    private boolean begins(char c) {
        return at < json.length() && json.charAt(at) == c;
    }

    private boolean accept(char c) {
        boolean found = begins(c);
        if (found) {
            at++;
            skipSpace();
        }
        return found;
    }

    private boolean acceptWord(String word) {
        boolean found = json.startsWith(word, at);
        if (found) {
            at += word.length();
            skipSpace();
        }
        return found;
    }

    private void expect(char c, String what) {
        if (!accept(c)) {
            throw expected(what);
        }
    }

    private char escaped() {
        at++;
        int escape = at < json.length() ? ESCAPES.indexOf(json.charAt(at)) : -1;
        if (escape >= 0) {
            at++;
            return ESCAPED.charAt(escape);
        }
        if (begins('u') && at + 5 <= json.length()) {
            int value = 0;
            for (int i = at + 1; i < at + 5; i++) {
                int digit = json.charAt(i) < 128 ? Character.digit(json.charAt(i), 16) : -1;
                value = digit < 0 || value < 0 ? -1 : 16 * value + digit;
            }
            if (value >= 0) {
                at += 5;
                return (char) value;
            }
        }
        throw expected("one of \" \\ / b f n r t uXXXX behind a backslash");
    }

    private void skipNumber() {
        int from = at;
        while (at < json.length() && "+-.0123456789eE".indexOf(json.charAt(at)) >= 0) {
            at++;
        }
        if (!json.substring(from, at).matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
            at = from;
            throw expected("a value");
        }
        skipSpace();
    }

    private void skipSpace() {
        while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
            at++;
        }
    }
}
