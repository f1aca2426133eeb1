package tfree.pickle;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;

/**
 * Reads pickles of protocol 0 to 5 as data. A pickle is a program, and in Python it can do anything; here it can build
 * numbers, strings, lists, tuples and dicts, and call the names that the caller allows, which are Java. Every other name
 * is refused by an error that says which.
 *
 * <p>None, bool, int, float, str, bytes, tuple, list and dict become null, {@link Boolean}, {@link Integer}, {@link Long}
 * or {@link BigInteger}, {@link Double}, {@link String}, {@code byte[]}, {@code Object[]}, {@link List} and {@link Map},
 * which keeps its order. A value may occur within itself: whoever walks through one should know how deep it goes.
 *
 * <p>Time and memory are linear in the pickle's length, whatever it holds. Immutable; may be shared.
 */
public final class PickleReader {
    private static final PickleGlobal ORDERED_DICT = arguments -> arguments.length == 0
            ? new LinkedHashMap<>()
            : orderedDict(arguments[0]);
    private static final PickleGlobal COUNTER = arguments -> arguments.length == 0
            ? new LinkedHashMap<>()
            : new LinkedHashMap<>(dict(arguments[0]));

    private final Map<String, Object> globals;
    private final UnaryOperator<@Nullable Object> persistent;

    /** A reader of {@code collections.OrderedDict} and {@code collections.Counter}, and nothing else that has a name. */
    public PickleReader() {
        this(Map.of(), id -> {
            throw new IllegalArgumentException("expected no persistent id but was " + kind(id));
        });
    }

    /**
     * A reader that knows more names.
     *
     * @param globals    by module and name, {@code "torch.FloatStorage"}: a {@link PickleGlobal} where the pickle may
     *                   call it, anything else where it may only be mentioned
     * @param persistent persistent id → what it stands for
     */
    public PickleReader(Map<String, ?> globals, UnaryOperator<@Nullable Object> persistent) {
        Map<String, Object> all = new LinkedHashMap<>(globals);
        all.put("collections.OrderedDict", ORDERED_DICT);
        all.put("collections.Counter", COUNTER);
        this.globals = all;
        this.persistent = persistent;
    }

    /**
     * The value of the one pickle that the bytes are.
     *
     * @param source what the pickle is called in errors
     * @throws CorruptFileException when they are none, when it needs a name that is not allowed, or is cut short
     */
    public @Nullable Object read(ByteBuffer pickle, String source) throws CorruptFileException {
        PickleInput in = new PickleInput(pickle);
        try {
            Object value = new PickleMachine(globals, persistent).load(in);
            if (in.remaining() > 0) {
                throw new IllegalArgumentException("expected the end but was " + in.remaining() + " bytes more");
            }
            return value;
        } catch (IOException | RuntimeException e) { // the library throws whatever its casts and indexes throw
            boolean told = e.getClass() == IllegalArgumentException.class;
            throw new CorruptFileException(source, (told ? e.getMessage() : "expected a pickle but was other data")
                    + ", at byte " + in.position() + " of the pickle");
        }
    }

    /** What Python calls a value, for errors: {@code "a dict"}. */
    public static String kind(@Nullable Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean _ -> "a bool";
            case Integer _,Long _,BigInteger _ -> "an int";
            case Double _ -> "a float";
            case String _ -> "a str";
            case byte[] _ -> "bytes";
            case Object[] _ -> "a tuple";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a dict";
            default -> "something else";
        };
    }

    private static Map<?, ?> dict(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException("expected a dict but was " + kind(value));
    }

    /** From a dict, or from Python 2's list of lists of two. */
    private static Map<?, ?> orderedDict(@Nullable Object value) {
        if (!(value instanceof List<?> pairs)) {
            return new LinkedHashMap<>(dict(value));
        }
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        for (Object pair : pairs) {
            List<?> two = pair instanceof Object[] tuple ? Arrays.asList(tuple)
                    : pair instanceof List<?> list ? list : new ArrayList<>();
            if (two.size() != 2) {
                throw new IllegalArgumentException("expected pairs but was " + kind(pair));
            }
            PickleMachine.put(map, two.get(0), two.get(1));
        }
        return map;
    }
}
