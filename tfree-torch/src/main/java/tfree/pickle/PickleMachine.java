package tfree.pickle;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;
import tfree.text.Utf8;

/**
 * One pickle at work. The library's machine does numbers, tuples, marks and the memo; here is what it would do too
 * freely: names, calls, states, lengths, the order of dicts, and what would take more than linear time.
 */
final class PickleMachine extends Unpickler {
    private static final int LONGEST_NUMBER = 1000;
    private static final int LONGEST_NAME = 1000;
    private static final int DEEPEST = 1000;
    private static final int MOST_CONTAINERS = 1 << 20;
    private static final Pattern RAW_UNICODE_ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))");

    private final Map<String, Object> globals;
    private final UnaryOperator<@Nullable Object> persistent;
    private PickleInput in = new PickleInput(ByteBuffer.allocate(0));
    private int depth;
    private int containers;

    PickleMachine(Map<String, Object> globals, UnaryOperator<@Nullable Object> persistent) {
        this.globals = globals;
        this.persistent = persistent;
        this.memo = new PickleMemo();
    }

    @Nullable
    Object load(PickleInput pickle) throws IOException {
        in = pickle;
        return super.load(pickle);
    }

    @Override
    protected @Nullable Object dispatch(short opcode) throws IOException {
        switch (opcode) {
            case 'c' -> global(name(), name());
            case 0x93 -> {
                String name = popString();
                global(popString(), name);
            }
            case 'R', 0x81 -> call();
            case 'b' -> setState();
            case 'P' -> stack.add(persistent.apply(name()));
            case 'Q' -> stack.add(persistent.apply(stack.pop()));
            case '}' -> addContainer(new LinkedHashMap<>());
            case ']' -> addContainer(new ArrayList<>());
            case 'd' -> {
                Map<Object, @Nullable Object> dict = new LinkedHashMap<>();
                putAll(dict, popMarked());
                addContainer(dict);
            }
            case 's' -> {
                Object value = stack.pop();
                Object key = stack.pop();
                put(dict(), key, value);
            }
            case 'u' -> {
                List<Object> items = popMarked();
                putAll(dict(), items);
            }
            case 'a' -> {
                Object value = stack.pop();
                list().add(value);
            }
            case 'e' -> {
                List<Object> items = popMarked();
                list().addAll(items);
            }
            case '1' -> popMarked();
            case 'X' -> stack.add(string(4));
            case 0x8c -> stack.add(string(1));
            case 0x8d -> stack.add(string(8));
            case 'V' -> stack.add(rawUnicode(PickleUtils.readline(in)));
            default -> {
                return dispatchChecked(opcode);
            }
        }
        return NO_RETURN_VALUE;
    }

    /** What the library does, once it is sure that it does no harm. */
    private @Nullable Object dispatchChecked(short opcode) throws IOException {
        switch (opcode) {
            case 'i', 'o', 0x82, 0x83, 0x84, 0x8f, 0x90, 0x91, 0x92, 0x97, 0x98 ->
                throw new IllegalArgumentException(
                        "expected a pickle of plain data but was the opcode 0x%02x".formatted(opcode));
            case 'B', 'T', 0x8b -> in.requireSized(4);
            case 0x8e, 0x96 -> in.requireSized(8);
            case 'C', 'U', 0x8a -> in.requireSized(1);
            case 'I', 'L', 'F', 'g', 'p' -> in.requireLine(LONGEST_NUMBER);
            case '(' -> {
                if (++depth > DEEPEST) {
                    throw new IllegalArgumentException("expected at most " + DEEPEST + " open marks but was more");
                }
            }
            case 'l', 't' -> {
                depth--;
                countContainer();
            }
            case 0x85, 0x86, 0x87 -> countContainer();
            default -> {
            }
        }
        Object value = super.dispatch(opcode);
        if (opcode == 'S' || opcode == 'T' || opcode == 'U') {
            requireAscii((String) stack.peek());
        }
        return value;
    }

    /** A dict's new entry; a key is a scalar, whose hash cannot lead back to the dict. */
    static void put(Map<Object, @Nullable Object> dict, @Nullable Object key, @Nullable Object value) {
        if (!(key instanceof String || key instanceof Integer || key instanceof Long || key instanceof BigInteger
                || key instanceof Double || key instanceof Boolean)) {
            throw new IllegalArgumentException(
                    "expected a str or a number as a dict's key but was " + PickleReader.kind(key));
        }
        dict.put(key, value);
    }

    private static void putAll(Map<Object, @Nullable Object> dict, List<Object> items) {
        if (items.size() % 2 != 0) {
            throw new IllegalArgumentException("expected keys and values in turn but was a key alone");
        }
        for (int i = 0; i < items.size(); i += 2) {
            put(dict, items.get(i), items.get(i + 1));
        }
    }

    private void global(String module, String name) {
        Object global = globals.get(module + "." + name);
        if (global == null) {
            throw new IllegalArgumentException(
                    "expected only names that hold data but was " + printable(module + "." + name)
                            + ", which is not read: a file of data has no need of it");
        }
        stack.add(global);
    }

    private void call() {
        Object arguments = stack.pop();
        Object callee = stack.pop();
        if (!(callee instanceof PickleGlobal global) || !(arguments instanceof Object[] tuple)) {
            throw new IllegalArgumentException(
                    "expected a call of a name with a tuple but was " + PickleReader.kind(callee)
                            + " with " + PickleReader.kind(arguments));
        }
        addContainer(global.call(tuple));
    }

    /** The attributes of a dict of its own kind (a state dict's {@code _metadata}) are passed over. */
    private void setState() {
        Object state = stack.pop();
        Object target = stack.peek();
        if (target instanceof PickleGlobal.Stateful stateful) {
            stateful.setState(state);
        } else if (!(target instanceof Map && state instanceof Map)) {
            throw new IllegalArgumentException(
                    "expected a state for an object that has one but was " + PickleReader.kind(state)
                            + " for " + PickleReader.kind(target));
        }
    }

    private void addContainer(@Nullable Object container) {
        countContainer();
        stack.add(container);
    }

    private void countContainer() {
        if (++containers > MOST_CONTAINERS) {
            throw new IllegalArgumentException(
                    "expected at most " + MOST_CONTAINERS + " lists, tuples and dicts but was more");
        }
    }

    private List<Object> popMarked() {
        depth--;
        return stack.pop_all_since_marker();
    }

    @SuppressWarnings("unchecked") // every dict is made here
    private Map<Object, @Nullable Object> dict() {
        if (stack.peek() instanceof Map<?, ?> dict) {
            return (Map<Object, @Nullable Object>) dict;
        }
        throw new IllegalArgumentException("expected a dict to add to but was " + PickleReader.kind(stack.peek()));
    }

    @SuppressWarnings("unchecked") // and every list
    private List<@Nullable Object> list() {
        if (stack.peek() instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        throw new IllegalArgumentException("expected a list to add to but was " + PickleReader.kind(stack.peek()));
    }

    private String popString() {
        Object top = stack.pop();
        if (top instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("expected a str but was " + PickleReader.kind(top));
    }

    private String name() throws IOException {
        in.requireLine(LONGEST_NAME);
        return PickleUtils.readline(in);
    }

    private String string(int size) {
        byte[] utf8 = in.readSized(size);
        return Utf8.decode(utf8, 0, utf8.length);
    }

    private static String rawUnicode(String escaped) {
        String text = escaped.indexOf('\\') < 0 ? escaped
                : RAW_UNICODE_ESCAPE.matcher(escaped).replaceAll(PickleMachine::unescaped);
        byte[] utf8 = Utf8.withSlack(text); // throws at a lone surrogate
        return new String(utf8, 0, utf8.length - Utf8.SLACK, StandardCharsets.UTF_8);
    }

    private static String unescaped(MatchResult escape) {
        String hex = escape.group(1) == null ? escape.group(2) : escape.group(1);
        return Matcher.quoteReplacement(Character.toString(Integer.parseUnsignedInt(hex, 16)));
    }

    private static void requireAscii(String text) {
        if (!text.chars().allMatch(c -> c < 0x80)) {
            throw new IllegalArgumentException(
                    "expected text but was a string of bytes, as Python 2 writes them; write it anew with Python 3");
        }
    }

    private static String printable(String name) {
        String start = name.length() > 200 ? name.substring(0, 200) + "…" : name;
        return start.replaceAll("\\p{Cntrl}", "?");
    }

}
