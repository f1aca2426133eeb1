package tfree.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import tfree.cli.GenerationRequests.Asked;
import tfree.generate.Generation;
import tfree.generate.Generator;
import tfree.generate.Sequence;
import tfree.text.Utf8;

/**
 * Requests of JSON Lines, of which several run side by side: one that ends makes room for the next line's. Answers come in
 * the order of the lines. A line is read when there is room for it; nothing that runs waits for one to come.
 */
final class LinesInFlight {
    private final Generator generator;
    private final GenerationRequests requests;
    private final int most;
    private final BlockingQueue<Read> lines;
    private final Deque<Line> inFlight = new ArrayDeque<>();

    /** What the reading thread hands over: a line, or the end, or what went wrong. */
    private record Read(byte @Nullable [] line, @Nullable IOException failure) {}

    /** A line's answers, or what is wrong with it. */
    private record Line(List<Sequence> running, List<Generation> found, @Nullable IllegalArgumentException wrong) {
        boolean isFinished() {
            return running.stream().allMatch(Sequence::isFinished);
        }

        /** @throws IllegalArgumentException if it has none */
        List<Generation> answers() {
            if (wrong != null) {
                throw wrong;
            }
            return running.isEmpty() ? found : running.stream().map(Sequence::result).toList();
        }
    }

    /** @param most how many answers run at a time */
    LinesInFlight(Generator generator, GenerationRequests requests, int most) {
        this.generator = generator;
        this.requests = requests;
        this.most = most;
        this.lines = new ArrayBlockingQueue<>(most);
    }

    /** Answers every line and returns the exit code: 1 if one was answered by an error. */
    int answer(InputStream in, OutputStream out) throws IOException {
        Thread reader = new Thread(() -> read(in), "requests");
        reader.setDaemon(true);
        reader.start();
        JsonLines answers = new JsonLines(out);
        try {
            boolean more = true;
            while (more || !inFlight.isEmpty()) {
                more = more && begin();
                generator.step(running());
                while (!inFlight.isEmpty() && inFlight.peek().isFinished()) {
                    Line line = inFlight.remove();
                    answers.write(json -> AnswerJson.write(line.answers(), json));
                    out.flush();
                }
            }
        } finally {
            reader.interrupt();
            inFlight.forEach(line -> line.running.forEach(Sequence::close));
        }
        return answers.exitCode();
    }

    private List<Sequence> running() {
        return inFlight.stream().flatMap(line -> line.running.stream()).filter(answer -> !answer.isFinished())
                .toList();
    }

    /** Begins with as many lines as there is room for and that have come; waits for one if nothing else is to do. */
    private boolean begin() throws IOException {
        for (int running = running().size(); running < most; running = running().size()) {
            Read next = inFlight.isEmpty() ? take() : lines.poll();
            if (next == null) {
                return true;
            }
            if (next.failure != null) {
                throw next.failure;
            }
            if (next.line == null) {
                return false;
            }
            inFlight.add(line(next.line));
        }
        return true;
    }

    private Read take() throws IOException {
        try {
            return lines.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it waited for a line", e);
        }
    }

    private Line line(byte[] utf8) throws IOException {
        try {
            Asked asked = JsonLines.parse(Utf8.decode(utf8, 0, utf8.length), requests::read);
            return asked.beams() == null ? new Line(generator.start(asked.request()), List.of(), null)
                    : new Line(List.of(), generator.search(asked.request(), asked.beams()), null);
        } catch (IllegalArgumentException e) {
            return new Line(List.of(), List.of(), e);
        }
    }

    private void read(InputStream in) {
        try {
            try {
                ByteLines all = new ByteLines(in, () -> {});
                for (boolean first = true; all.next(); first = false) {
                    int from = all.from() + (first ? JsonLines.byteOrderMark(all) : 0);
                    lines.put(new Read(Arrays.copyOfRange(all.bytes(), from, all.to()), null));
                }
                lines.put(new Read(null, null));
            } catch (IOException e) {
                lines.put(new Read(null, e));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody wants more lines
        }
    }
}
