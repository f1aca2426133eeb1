package tfree.train;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * A run's curves as TensorBoard reads them: {@code tensorboard --logdir DIR}. Each run of the program begins a file of
 * its own, as TensorBoard wants it; it shows them as one curve, and drops steps that a resumed run did again.
 *
 * <p>The file is a row of records {@code length (8 bytes), crc(length), message, crc(message)}, little-endian, with
 * masked CRC-32C; a message is an {@code Event} in protobuf's encoding:
 *
 * <pre>
 * Event   {1: double wall_time, 2: int64 step, 3: string file_version, 5: Summary}
 * Summary {1: repeated Value}    Value {1: string tag, 2: float simple_value}
 * </pre>
 */
public final class TensorBoardFile implements TrainingListener, AutoCloseable {
    private static final int DOUBLE = 1;
    private static final int FLOAT = 5;
    private static final int BYTES = 2;
    private static final int VARINT = 0;
    private static final int CRC_MASK = 0xa282ead8;

    private final OutputStream out;

    /** Begins {@code events.out.tfevents.<seconds>.<process>.tfree} in the folder. */
    public TensorBoardFile(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("events.out.tfevents.%010d.%d.tfree".formatted(Instant.now().getEpochSecond(),
                ProcessHandle.current().pid()));
        out = new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        Message version = event(0);
        version.text(3, "brain.Event:2");
        write(version);
    }

    @Override
    public void onStep(StepMetrics metrics) {
        Message values = new Message();
        value(values, "train/loss", metrics.loss());
        value(values, "train/learning_rate", metrics.learningRate());
        value(values, "train/gradient_norm", metrics.gradientNorm());
        value(values, "train/epochs", metrics.epochs());
        value(values, "speed/words_per_second", metrics.wordsPerSecond());
        value(values, "speed/seconds", metrics.seconds());
        value(values, "speed/data_seconds", metrics.dataSeconds());
        if (metrics.exchangeSeconds() != null) {
            value(values, "speed/exchange_seconds", metrics.exchangeSeconds());
        }
        if (metrics.mfu() != null) {
            value(values, "speed/mfu", metrics.mfu());
        }
        if (metrics.residentBytes() != null) {
            value(values, "memory/resident_bytes", metrics.residentBytes());
        }
        if (metrics.validationLoss() != null) {
            value(values, "validation/loss", metrics.validationLoss());
        }
        if (metrics.activations() != null) {
            value(values, "activations/mean", metrics.activations().meanActivation());
            double[] above = metrics.activations().activeAbove();
            for (int i = 0; i < above.length; i++) {
                value(values, "activations/above_" + i / 10.0, above[i]);
            }
        }
        Message event = event(metrics.step());
        event.message(5, values);
        try {
            write(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Message event(long step) {
        Message event = new Message();
        event.number(1, System.currentTimeMillis() * 1e-3);
        if (step != 0) { // protobuf leaves defaults out
            event.number(2, step);
        }
        return event;
    }

    private static void value(Message summary, String tag, double number) {
        Message value = new Message();
        value.text(1, tag);
        value.number(2, (float) number);
        summary.message(1, value);
    }

    private void write(Message event) throws IOException {
        byte[] message = event.bytes();
        byte[] length = littleEndian(Long.BYTES).putLong(message.length).array();
        out.write(length);
        out.write(littleEndian(Integer.BYTES).putInt(maskedCrc(length)).array());
        out.write(message);
        out.write(littleEndian(Integer.BYTES).putInt(maskedCrc(message)).array());
        out.flush();
    }

    private static int maskedCrc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** A protobuf message in the making: fields as they are added. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void number(int field, double value) {
            tag(field, DOUBLE);
            out.writeBytes(littleEndian(Double.BYTES).putDouble(value).array());
        }

        void number(int field, float value) {
            tag(field, FLOAT);
            out.writeBytes(littleEndian(Float.BYTES).putFloat(value).array());
        }

        void number(int field, long value) {
            tag(field, VARINT);
            varint(value);
        }

        void text(int field, String value) {
            bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        void message(int field, Message value) {
            bytes(field, value.bytes());
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        private void bytes(int field, byte[] value) {
            tag(field, BYTES);
            varint(value.length);
            out.writeBytes(value);
        }

        private void tag(int field, int type) {
            varint((long) field << 3 | type);
        }

        private void varint(long value) {
            long rest = value;
            for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
                out.write((int) ((rest & 0x7f) | 0x80));
            }
            out.write((int) rest);
        }
    }
}
