package tfree.server;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A model over HTTP. {@link #start} listens; {@link #close} lets running answers end and takes no new ones.
 *
 * <pre>{@code
 * try (Server server = Server.start(model, ServerConfig.local(0), System.out)) {
 *     System.out.println("http://127.0.0.1:" + server.port() + "/v1/models");
 * }
 * }</pre>
 */
public final class Server implements AutoCloseable {
    private static final int JETTY_THREADS = 16; // accept and select; requests run on virtual threads
    private static final long POLL_MILLISECONDS = 20;

    private final ServerConfig config;
    private final ServedModel model;
    private final Guard guard;
    private final AccessLog log;
    private final Metrics metrics = new Metrics();
    private final Workers workers;
    private final AtomicInteger inHand = new AtomicInteger();
    private final Javalin http;
    private volatile boolean ending;

    private Server(ServedModel model, ServerConfig config, OutputStream log) {
        this.model = model;
        this.config = config;
        this.guard = new Guard(config);
        this.log = new AccessLog(log, Clock.systemUTC());
        this.workers = new Workers(config.limits());
        this.http = Javalin.create(this::configure);
        watch();
    }

    /**
     * Listens, and serves from then on.
     *
     * @param log gets one JSON line a request
     * @throws IOException if the address cannot be listened at
     */
    public static Server start(ServedModel model, ServerConfig config, OutputStream log) throws IOException {
        Server server = new Server(model, config, log);
        try {
            server.http.start(config.host(), config.port());
            return server;
        } catch (JavalinBindException e) {
            server.close();
            throw new BindException("--port: cannot listen at %s port %d; is another server there?"
                    .formatted(config.host(), config.port()));
        }
    }

    /** The port that it listens at. */
    public int port() {
        return http.port();
    }

    private void configure(JavalinConfig javalin) {
        Limits limits = config.limits();
        javalin.startup.showJavalinBanner = false;
        javalin.startup.showOldJavalinVersionWarning = false;
        javalin.startup.startupWatcherEnabled = false;
        javalin.concurrency.useVirtualThreads = true;
        javalin.http.maxRequestSize = limits.bodyBytes();
        javalin.http.prefer405over404 = true;
        javalin.http.compressionStrategy = CompressionStrategy.NONE; // streams are to arrive word by word
        QueuedThreadPool threads = new QueuedThreadPool(JETTY_THREADS);
        threads.setName("jetty");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory()));
        javalin.jetty.threadPool = threads;
        javalin.jetty.modifyHttpConfiguration(Server::tellNothing);
        javalin.jetty.modifyServer(jetty -> {
            jetty.addBean(new NetworkConnectionLimit(limits.connections(), jetty));
            jetty.setErrorHandler(new JettyErrors());
        });
        javalin.requestLogger.http(this::answered);
        route(javalin.routes);
        javalin.router.javaLangErrorHandler((response, error) -> error.printStackTrace());
    }

    private static void tellNothing(HttpConfiguration jetty) {
        jetty.setSendServerVersion(false);
        jetty.setSendXPoweredBy(false);
    }

    private void route(RoutesConfig routes) {
        routes.before(this::begin);
        routes.get("/health", this::health);
        routes.get("/metrics", context -> context.contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(metrics.text()));
        new ModelRoutes(model).addTo(routes);
        new TextRoutes(model, workers, config.limits()).addTo(routes);
        new DictionaryRoutes(model, workers, config.limits()).addTo(routes);
        routes.exception(ApiError.class, (error, context) -> Exchange.of(context).fail(error));
        routes.exception(HttpResponseException.class, (error, context) -> Exchange.of(context).fail(JettyErrors.of(
                error.getStatus(), context.method().name(), context.path(), config.limits())));
        routes.exception(HttpException.RuntimeException.class, (error, context) -> Exchange.of(context).fail(
                JettyErrors.of(error.getCode(), context.method().name(), context.path(), config.limits())));
        routes.exception(Exception.class, this::failed);
    }

    private void begin(Context context) {
        Exchange exchange = Exchange.of(context);
        context.header("X-Request-Id", exchange.id());
        inHand.incrementAndGet();
        guard.admit(context);
        if (ending && !context.path().equals("/health")) {
            context.header("Connection", "close");
            throw ApiError.ending();
        }
    }

    private void health(Context context) {
        Exchange.of(context).answer(ending ? 503 : 200, json -> {
            json.writeStartObject();
            json.writeStringProperty("status", ending ? "ending" : "ok");
            json.writeStringProperty("model", model.name());
            json.writeEndObject();
        });
    }

    private void failed(Exception error, Context context) {
        Exchange exchange = Exchange.of(context);
        if (exchange.note().gone) {
            return;
        }
        System.err.println("tfree serve: " + exchange.id() + " failed");
        error.printStackTrace();
        exchange.fail(ApiError.internal(exchange.id()));
    }

    private void answered(Context context, float milliseconds) {
        Exchange exchange = Exchange.of(context);
        inHand.decrementAndGet();
        double all = (System.nanoTime() - exchange.began()) / 1e6;
        log.write(context, exchange.id(), exchange.note(), all);
        String method = HandlerType.commonHttp().contains(context.method()) ? context.method().name() : "other";
        metrics.request(method, route(context), context.statusCode(), all);
    }

    /** The route, or one name for all paths that there are not: a label has few values. */
    private static String route(Context context) {
        var matched = context.endpoints().lastHttpEndpoint();
        return matched == null ? "none" : matched.path;
    }

    private void watch() {
        metrics.gauge("tfree.requests.in.hand", "Requests that are being answered", inHand::get);
        metrics.gauge("tfree.dictionary.words", "Words that may be said", "dictionary", model.name(),
                () -> model.words().size());
        model.dictionaries().forEach((name, words) -> metrics.gauge("tfree.dictionary.words",
                "Words that may be said", "dictionary", name, words::size));
    }

    /** Takes no new requests, waits for those that run, at most as long as the limits say, and lets go of the address. */
    @Override
    public void close() {
        ending = true;
        long end = System.nanoTime() + config.limits().endTime().toNanos();
        while (inHand.get() > 0 && System.nanoTime() < end) {
            try {
                Thread.sleep(POLL_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        http.stop();
        workers.close();
        metrics.close();
    }
}
