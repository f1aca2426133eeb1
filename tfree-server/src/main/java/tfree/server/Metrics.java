package tfree.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** What {@code /metrics} tells, in Prometheus' text format. Thread-safe. */
final class Metrics implements AutoCloseable {
    private static final Duration[] BUCKETS = {Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(5),
            Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
            Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2),
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(1),
            Duration.ofMinutes(5)};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Counter promptWords = counter("tfree.prompt.words", "Words of prompts that were read");
    private final Counter saidWords = counter("tfree.said.words", "Words that were said");
    private final Counter disconnects = counter("tfree.disconnects", "Clients that went before their answer's end");
    private final Timer firstWord = timer("tfree.first.word", "From a request to its first word");
    private final Timer queued = timer("tfree.queued", "How long answers waited for a place");
    private final Timer step = timer("tfree.step", "One step: a word for each answer that runs");

    Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name).description(description).serviceLevelObjectives(BUCKETS).register(registry);
    }

    /** A number that is asked for when somebody looks. */
    void gauge(String name, String description, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble).description(description).register(registry);
    }

    /** The same of one of several things. */
    void gauge(String name, String description, String tag, String of, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble).description(description).tag(tag, of).register(registry);
    }

    /** A request was answered. */
    void request(String method, String route, int status, double milliseconds) {
        Timer.builder("http.server.requests").description("Requests, answered").tag("method", method)
                .tag("uri", route).tag("status", Integer.toString(status)).serviceLevelObjectives(BUCKETS)
                .register(registry).record((long) (milliseconds * 1e6), TimeUnit.NANOSECONDS);
    }

    void promptWords(int words) {
        promptWords.increment(words);
    }

    void said(int words) {
        saidWords.increment(words);
    }

    void disconnected() {
        disconnects.increment();
    }

    void firstWord(long nanoseconds) {
        firstWord.record(nanoseconds, TimeUnit.NANOSECONDS);
    }

    void queued(long nanoseconds) {
        queued.record(nanoseconds, TimeUnit.NANOSECONDS);
    }

    void step(long nanoseconds) {
        step.record(nanoseconds, TimeUnit.NANOSECONDS);
    }

    /** All of it as text. */
    String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
