package tfree.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tfree.file.CorruptFileException;
import tfree.golden.Golden;

class PickleReaderTest {
    /** {@code OrderedDict([('b', (1, 2.5, None, True)), ('a', [b'xy', -1, -2**70, 's']), ('c', {'k': ()})])}. */
    private static final List<String> ORDERED_DICTS = List.of(
            "63636f6c6c656374696f6e730a4f726465726564446963740a70300a28745270310a56620a70320a2849310a46322e350a4e"
                    + "4930310a7470330a7356610a70340a286c70350a635f636f646563730a656e636f64650a70360a285678790a70370a566c61"
                    + "74696e310a70380a7470390a527031300a61492d310a614c2d313138303539313632303731373431313330333432344c0a61"
                    + "56730a7031310a617356630a7031320a28647031330a566b0a7031340a287473732e",
            "800263636f6c6c656374696f6e730a4f726465726564446963740a710029527101285801000000627102284b014740040000"
                    + "000000004e8874710358010000006171045d710528635f636f646563730a656e636f64650a71065802000000787971075806"
                    + "0000006c6174696e31710886710952710a4affffffff8a090000000000000000c0580100000073710b65580100000063710c"
                    + "7d710d58010000006b710e2973752e",
            "80049565000000000000008c0b636f6c6c656374696f6e73948c0b4f72646572656444696374949394295294288c01629428"
                    + "4b014740040000000000004e8874948c0161945d942843027879944affffffff8a090000000000000000c08c017394658c01"
                    + "63947d948c016b942973752e");
    /** {@code Counter({'the': 3, 'größer': 2, '😀\\u\n': 2, 'x': 70000, 'y': 2**40})} in protocol 0, 1, 2 and 4. */
    private static final List<String> COUNTERS = List.of(
            "63636f6c6c656374696f6e730a436f756e7465720a70300a28286470310a567468650a70320a49330a73566772f6df65720a"
                    + "70330a49320a73565c5530303031663630305c7530303563755c75303030610a70340a49320a7356780a70350a4937303030"
                    + "300a7356790a70360a4c313039393531313632373737364c0a737470370a5270380a2e",
            "63636f6c6c656374696f6e730a436f756e7465720a7100287d710128580300000074686571024b0358080000006772c3b6c3"
                    + "9f657271034b025807000000f09f98805c750a71044b0258010000007871054a7011010058010000007971064c3130393935"
                    + "31313632373737364c0a757471075271082e",
            "800263636f6c6c656374696f6e730a436f756e7465720a71007d710128580300000074686571024b0358080000006772c3b6"
                    + "c39f657271034b025807000000f09f98805c750a71044b0258010000007871054a7011010058010000007971068a06000000"
                    + "000001758571075271082e",
            "80049559000000000000008c0b636f6c6c656374696f6e73948c07436f756e7465729493947d94288c03746865944b038c08"
                    + "6772c3b6c39f6572944b028c07f09f98805c750a944b028c0178944a701101008c0179948a0600000000000175859452942e");

    private static final Map<String, PickleGlobal> CODECS = Map.of("_codecs.encode",
            arguments -> String.valueOf(arguments[0]).getBytes(StandardCharsets.ISO_8859_1));

    @Test
    void readsWhatPythonWritesInEveryProtocol() throws IOException {
        for (String hex : ORDERED_DICTS) {
            Object value = read(HexFormat.of().parseHex(hex));
            assertEquals("{b=[1, 2.5, None, true], a=[x:7879, -1, -1180591620717411303424, s], c={k=[]}}", text(value));
        }
        for (String hex : COUNTERS) {
            assertEquals("{the=3, größer=2, \ud83d\ude00\\u\n=2, x=70000, y=1099511627776}",
                    text(read(HexFormat.of().parseHex(hex))));
        }
    }

    @Test
    void handsPersistentIdsToTheCaller() throws IOException {
        Object storage = new Object();
        PickleReader reader = new PickleReader(Map.of("torch.FloatStorage", "float"), id -> {
            assertEquals("[storage, float, 0]", text(id));
            return storage;
        });
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new PickleWriter(out).mark().text("storage").global("torch", "FloatStorage").text("0").tuple().persistent()
                .stop();
        assertSame(storage, reader.read(ByteBuffer.wrap(out.toByteArray()), "test"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cos\nsystem\n(S'touch /tmp/x'\ntR.", "cbuiltins\neval\n(V1\ntR.",
            "c__builtin__\ngetattr\n(ccollections\nOrderedDict\nV__class__\ntR.", "ccopyreg\n_reconstructor\n(tR.",
            "ccopy_reg\n_reconstructor\n(tR.", "csubprocess\nPopen\n.", "ccollections\nOrderedDict.__init__\n.",
            "ccollections\nnamedtuple\n(tR.", "coperator\nattrgetter\n(Vx\ntR.", "cdecimal\nDecimal\n(V1\ntR.",
            "cexceptions\nValueError\n)R.", "cbuiltins\nset\n)R.", "ctorch\nload\n(Vx\ntR.",
            "ccollections\nCounter\nV__reduce__\n\u0093.", "V__main__\nVCounter\n\u0093."})
    void refusesEveryOtherName(String pickle) {
        assertRefused(pickle.getBytes(StandardCharsets.ISO_8859_1), "expected");
    }

    @Test
    void namesWhatItRefuses() {
        assertRefused("cos\nsystem\n(Vls\ntR.", "expected only names that hold data but was os.system");
        assertRefused("Vos\nVsystem\n\u0093.", "but was os.system");
        assertRefused("(Vls\nios\nsystem\n.", "the opcode 0x69");
        assertRefused("(cos\nsystem\nVls\no.", "was os.system");
        assertRefused("\u0080\u0002\u0082\u0001.", "the opcode 0x82");
        assertRefused("\u0080\u0005\u0097.", "the opcode 0x97");
        assertRefused("V1\n)R.", "expected a call of a name with a tuple but was a str with a tuple");
        assertRefused("}V1\nb.", "expected a state for an object that has one but was a str for a dict");
        assertRefused("ccollections\nCounter\n}b.", "a dict for something else");
        assertRefused("ccollections\nCounter\n(V1\ntR.", "expected a dict but was a str");
        assertRefused("}]N" + "s.", "expected a str or a number as a dict's key but was a list");
        assertRefused("Vx\nP0\n.", "expected no persistent id");
        assertRefused("U\u0001\u00e9.", "as Python 2 writes them");
        assertRefused("}.x", "expected the end but was 1 bytes more");
        assertRefused("V\\ud800\n.", "lone surrogate");
        assertRefused("\u008c\u0003\u00ed\u00a0\u0080.", "expected UTF-8");
    }

    @Test
    void refusesLengthsBeyondTheEndAtOnce() {
        for (String opcode : List.of("X", "B", "T", "\u008b")) {
            assertRefused(opcode + "\u00ff\u00ff\u00ff\u007fabc.", "expected at most the 4 bytes that are left");
            assertRefused(opcode + "\u00ff\u00ff\u00ff\u00ffabc.", "length of 4294967295");
        }
        for (String opcode : List.of("\u008d", "\u008e", "\u0096")) {
            assertRefused(opcode + "\u00ff\u00ff\u00ff\u007f\0\0\0\0abc.", "length of 2147483647");
            assertRefused(opcode + "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffabc.", "18446744073709551615");
        }
        assertRefused("L" + "9".repeat(1_000_000) + "L\n.", "expected a line of at most 1000 bytes");
        assertRefused("c" + "a".repeat(1_000_000) + "\nb\n.", "expected a line of at most 1000 bytes");
    }

    @Test
    void takesTimeAndMemoryOfTheOrderOfThePickle() {
        int million = 1_000_000;
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertRefused("N" + "\u0094".repeat(million), "expected a pickle");
            assertRefused("Nr\u00ff\u00ff\u00ff\u007f.", "expected memo numbers in turn but was 2147483647");
            assertRefused("(".repeat(million), "expected at most 1000 open marks");
            assertRefused("]".repeat(2 * million) + ".", "expected at most 1048576 lists, tuples and dicts");
            assertRefused("}" + "\u0085".repeat(2 * million) + ".", "expected at most 1048576");
            assertNull(read(bytes("N".repeat(million) + "(1".repeat(million) + ".")));
            assertTrue(
                    read(bytes("]" + "(Ne".repeat(million) + ".")) instanceof List<?> list && list.size() == million);
            read(bytes("]q\0" + "(h\0e".repeat(million) + ".")); // a list of itself, a million times
            read(bytes("]q\0" + "h\0h\0\u0086q\u0001h\0h\u0001a0".repeat(10) + "."));
            StringBuilder laughs = new StringBuilder("N");
            for (int i = 0; i < 100; i++) {
                laughs.append("2\u0086"); // a tuple of the last one twice: 2¹⁰⁰ ways through
            }
            read(bytes(laughs + "."));
        });
    }

    @Test
    void saysSoWhereverThePickleIsCut() {
        for (String hex : List.of(ORDERED_DICTS.get(0), ORDERED_DICTS.get(2), COUNTERS.get(0), COUNTERS.get(3))) {
            byte[] whole = HexFormat.of().parseHex(hex);
            for (int length = 0; length < whole.length; length++) {
                assertRefused(Arrays.copyOf(whole, length), "");
            }
        }
    }

    @Test
    void survivesAnyDamage() {
        long seed = System.nanoTime();
        System.out.println("damage from seed " + seed);
        Random random = new Random(seed);
        byte[] counter = Golden.bytes("G_generate/dictionary_counter.pckl");
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = round % 10 == 0 ? Arrays.copyOf(counter, 2000 + random.nextInt(2000))
                    : HexFormat.of().parseHex(round % 2 == 0 ? ORDERED_DICTS.get(round % 3) : COUNTERS.get(round % 4));
            for (int n = random.nextInt(4); n >= 0; n--) {
                int at = random.nextInt(damaged.length);
                damaged[at] = (byte) (random.nextBoolean() ? damaged[at] ^ 1 << random.nextInt(8) : random.nextInt());
            }
            try {
                read(damaged);
            } catch (CorruptFileException e) {
                assertTrue(e.toString().contains("at byte"), "seed " + seed);
            } catch (Throwable e) {
                throw new AssertionError(
                        "round " + round + " of seed " + seed + ": " + HexFormat.of().formatHex(damaged), e);
            }
        }
    }

    private static void assertRefused(String pickle, String why) {
        assertRefused(bytes(pickle), why);
    }

    private static void assertRefused(byte[] pickle, String why) {
        CorruptFileException e = assertThrows(CorruptFileException.class,
                () -> new PickleReader().read(ByteBuffer.wrap(pickle), "file"));
        assertTrue(String.valueOf(e.getMessage()).startsWith("file: "), e.toString());
        assertTrue(e.toString().contains(why), e.toString());
        assertEquals(1, e.toString().lines().count());
    }

    private static @Nullable Object read(byte[] pickle) throws CorruptFileException {
        return new PickleReader(CODECS, id -> id).read(ByteBuffer.wrap(pickle), "file");
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "None";
            case byte[] bytes -> "x:" + HexFormat.of().formatHex(bytes);
            case Object[] tuple -> Arrays.stream(tuple).map(PickleReaderTest::text).toList().toString();
            case List<?> list -> list.stream().map(PickleReaderTest::text).toList().toString();
            case Map<?, ?> map -> map.entrySet().stream().map(e -> e.getKey() + "=" + text(e.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
            default -> value.toString();
        };
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}
