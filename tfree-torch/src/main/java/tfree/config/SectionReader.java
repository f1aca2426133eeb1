package tfree.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tfree.text.Spelling;

/**
 * Binds a section (a map of snake_case names) to a record of the same fields in camel case, strictly: an unknown name, a
 * missing value and a value of another kind are errors that name the field.
 */
final class SectionReader {
    private SectionReader() {}

    /** @param path the section's name for messages, such as {@code architecture} */
    static <R extends Record> R read(Class<R> type, Map<String, ?> values, String path) {
        RecordComponent[] components = type.getRecordComponents();
        Map<String, RecordComponent> fields = new LinkedHashMap<>();
        for (RecordComponent component : components) {
            fields.put(snakeCase(component.getName()), component);
        }
        for (String name : values.keySet()) {
            if (!fields.containsKey(name)) {
                throw unknown(path, name, List.copyOf(fields.keySet()));
            }
        }
        @Nullable
        Object[] arguments = new @Nullable Object[components.length];
        int i = 0;
        for (Map.Entry<String, RecordComponent> field : fields.entrySet()) {
            RecordComponent component = field.getValue();
            String place = path + "." + field.getKey();
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (!values.containsKey(field.getKey()) && !nullable) {
                throw new ConfigException(place + ": expected " + expected(component.getGenericType())
                        + " but it is missing");
            }
            arguments[i++] = convert(component.getGenericType(), nullable, values.get(field.getKey()), place);
        }
        return construct(type, arguments, path);
    }

    /** The inverse: the record's fields by their snake_case names, in order. */
    static Map<String, @Nullable Object> write(Record section) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        for (RecordComponent component : section.getClass().getRecordComponents()) {
            try {
                out.put(snakeCase(component.getName()), plain(component.getAccessor().invoke(section)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
        return out;
    }

    /** As {@link #write}, without nesting: each field by its path, such as {@code optimizer.loss_scaler.window}. */
    static Map<String, @Nullable Object> flat(Record sections) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        write(sections).forEach((name, value) -> flatten(name, value, out));
        return out;
    }

    private static void flatten(String path, @Nullable Object value, Map<String, @Nullable Object> out) {
        if (value instanceof Map<?, ?> section) {
            section.forEach((name, field) -> flatten(path + "." + name, field, out));
        } else {
            out.put(path, value);
        }
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case Record section -> write(section);
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            case null, default -> value;
        };
    }

    static ConfigException unknown(String path, String name, List<String> known) {
        String place = path.isEmpty() ? name : path + "." + name;
        return new ConfigException(
                "%s: unknown field; the nearest known one is %s".formatted(place, Spelling.nearest(name, known)));
    }

    private static <R extends Record> R construct(Class<R> type, @Nullable Object[] arguments, String path) {
        Class<?>[] parameters = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(parameters).newInstance(arguments);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            if (cause instanceof ConfigException config) {
                throw config;
            }
            if (cause instanceof IllegalArgumentException) {
                throw new ConfigException(String.valueOf(cause.getMessage()), cause);
            }
            throw new IllegalStateException(path, cause);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(path, e);
        }
    }

    private static @Nullable Object convert(Type type, boolean nullable, @Nullable Object value, String place) {
        if (value == null) {
            if (nullable) {
                return null;
            }
            throw new ConfigException(place + ": expected " + expected(type) + " but was null");
        }
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            if (!(value instanceof List<?> items)) {
                throw mismatch(place, type, value);
            }
            List<Object> out = new ArrayList<>();
            for (Object item : items) {
                out.add(java.util.Objects.requireNonNull(
                        convert(list.getActualTypeArguments()[0], false, item, place + "[" + out.size() + "]")));
            }
            return out;
        }
        Class<?> raw = (Class<?>) type;
        if (raw.isRecord()) {
            return read(raw.asSubclass(Record.class), RunConfigFile.section(value, place), place);
        }
        Object converted = raw.isEnum() ? constant(raw, value) : scalar(raw, value);
        if (converted == null) {
            throw mismatch(place, type, value);
        }
        return converted;
    }

    private static @Nullable Object constant(Class<?> type, Object value) {
        String wanted = value.toString().toUpperCase(Locale.ROOT);
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(wanted)) {
                return constant;
            }
        }
        return null;
    }

    /** The value as {@code type}, or null where it is of another kind. */
    private static @Nullable Object scalar(Class<?> type, Object value) {
        if (type == String.class) {
            return value instanceof String ? value : null;
        }
        if (type == boolean.class || type == Boolean.class) {
            return value instanceof Boolean ? value : null;
        }
        if (!(value instanceof Number given) || !Double.isFinite(given.doubleValue())) {
            return null;
        }
        double number = given.doubleValue();
        if (type == double.class || type == Double.class) {
            return number;
        }
        if (number != Math.rint(number) || Math.abs(number) > 1e15) {
            return null;
        }
        if (type == long.class || type == Long.class) {
            return (long) number;
        }
        return number == (int) number ? (Integer) (int) number : null;
    }

    private static ConfigException mismatch(String place, Type type, Object value) {
        return new ConfigException("%s: expected %s but was %s".formatted(place, expected(type),
                value instanceof String ? "\"" + value + "\"" : value));
    }

    private static String expected(Type type) {
        if (!(type instanceof Class<?> raw)) {
            return "a list";
        }
        if (raw.isEnum()) {
            return "one of " + String.join(", ", Arrays.stream(raw.getEnumConstants())
                    .map(c -> ((Enum<?>) c).name().toLowerCase(Locale.ROOT)).toList());
        }
        return switch (raw.getSimpleName()) {
            case "int", "Integer", "long", "Long" -> "an integer";
            case "double", "Double" -> "a number";
            case "boolean", "Boolean" -> "true or false";
            case "String" -> "a text";
            default -> "a section";
        };
    }

    static String snakeCase(String camelCase) {
        return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
