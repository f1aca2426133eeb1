package tfree.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tfree.data.Manifest;
import tfree.file.CorruptFileException;
import tfree.source.SourceOptions;

/**
 * A data set of the hub as memory maps, a file at a time: downloaded, checked against the hub's hash, converted to
 * {@code <output>/<config>/<shard>.bin, .idx, .meta.json}, compared, and its source removed. {@link RunStatus} says how
 * far each has come, so that a run that ended in any way is continued by another with the same request, at the same
 * commit; shards that are complete are not fetched again. A shard that fails does not stop the others, unless so many
 * fail in a row that all would.
 */
public final class DatasetDownload {
    private static final int FAILURES_IN_A_ROW = 3;

    private final Hub hub;
    private final DownloadRequest request;
    private final DownloadListener listener;
    private final ExecutorService pool;
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();
    private volatile boolean stopped;
    private @Nullable Thread lister; // guarded by this; the pool has the rest of the threads

    public DatasetDownload(Hub hub, DownloadRequest request, DownloadListener listener) {
        this.hub = hub;
        this.request = request;
        this.listener = listener;
        this.pool = Executors.newFixedThreadPool(request.workers(),
                Thread.ofPlatform().daemon().name("shard-", 0).factory());
    }

    /**
     * How a run ended.
     *
     * @param complete shards of this request that are memory maps now, also those of earlier runs
     * @param failed   {@code config/shard: error} of those that were given up
     * @param left     how many are neither
     */
    public record Outcome(int complete, List<String> failed, int left) {
        /** Whether the whole request is done. */
        public boolean isComplete() {
            return failed.isEmpty() && left == 0;
        }
    }

    /**
     * Downloads and converts what is not complete yet. To be called once.
     *
     * @throws IllegalArgumentException when there is no such data set, revision, configuration or split, or the folder
     *                                  holds a download of something else
     * @throws HubException             when the hub refuses, or cannot be reached
     * @throws InterruptedException     when it was stopped before it knew what there is to do
     */
    public Outcome run() throws IOException, InterruptedException {
        Files.createDirectories(request.output());
        Path lock = request.output().resolve(".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock(channel)) {
            Objects.requireNonNull(held);
            return download();
        } finally {
            pool.shutdownNow();
        }
    }

    /** Ends the run soon: what is under way stays as it is, for the next one. From any thread. */
    public synchronized void stop() {
        stopped = true;
        pool.shutdownNow();
        if (lister != null) {
            lister.interrupt();
        }
    }

    private synchronized void listing(boolean begins) throws InterruptedException {
        if (stopped) {
            throw new InterruptedException("stopped");
        }
        lister = begins ? Thread.currentThread() : null;
    }

    private FileLock lock(FileChannel channel) throws IOException {
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by this very process: said below.
        }
        if (lock == null) {
            throw new IllegalArgumentException(
                    request.output() + ": expected no other download at work in this folder but there is one");
        }
        return lock;
    }

    private Outcome download() throws IOException, InterruptedException {
        listing(true);
        RunStatus earlier = earlier();
        Dataset dataset = hub.dataset(request.dataset(),
                earlier != null ? earlier.source().commit() : request.revision());
        RunStatus status = earlier != null
                ? earlier
                : RunStatus.begin(request.output(), new RunStatus.Source(request.dataset(), request.revision(),
                        dataset.commit(), request.split(), request.column()));
        List<Shard> wanted = wanted(dataset, status);
        listing(false);
        status.putAll(wanted);
        List<String> keys = wanted.stream().map(Shard::key).toList();
        List<Shard> open = wanted.stream().filter(shard -> !shard.isComplete())
                .sorted(Comparator.comparing(Shard::state)).toList(); // what failed before comes last
        listener.onBegin(open.size(), bytesLeft(open));
        try {
            open.forEach(shard -> pool.execute(() -> process(dataset.repository(), status, shard)));
        } catch (RejectedExecutionException e) {
            // Stopped meanwhile: the rest is left.
        }
        pool.shutdown();
        pool.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        throwFatal();
        return outcome(status, keys);
    }

    /** The status of the run to go on with, or null to begin one. */
    private @Nullable RunStatus earlier() throws IOException {
        RunStatus earlier = RunStatus.read(request.output());
        if (earlier == null || matches(earlier.source())) {
            return earlier;
        }
        if (!earlier.anyComplete()) {
            return null; // a first call that came to nothing binds nobody
        }
        RunStatus.Source is = earlier.source();
        throw new IllegalArgumentException(request.output().resolve(RunStatus.NAME)
                + ": expected a download of the same data but it is of %s, revision %s, split %s, column %s; "
                        .formatted(is.dataset(), is.revision(), is.split(), is.column())
                + "call with these to go on, or choose another --output");
    }

    private boolean matches(RunStatus.Source source) {
        return source.equals(new RunStatus.Source(request.dataset(), request.revision(), source.commit(),
                request.split(), request.column()));
    }

    private List<Shard> wanted(Dataset dataset, RunStatus status) throws IOException, InterruptedException {
        List<Shard> wanted = new ArrayList<>();
        List<String> configs = request.configs().isEmpty() ? List.of(dataset.defaultConfig()) : request.configs();
        for (String config : configs.stream().distinct().toList()) {
            List<HubFile> files = dataset.files(config, request.split());
            ShardNames.requireSafe(config, dataset.name());
            Map<String, String> names = ShardNames.of(files);
            int count = request.limit() == 0 ? files.size() : Math.min(request.limit(), files.size());
            for (HubFile file : files.subList(0, count)) {
                wanted.add(known(Shard.of(config, file, Objects.requireNonNull(names.get(file.path()))), status));
            }
        }
        return wanted;
    }

    /** How far a shard is; complete only while its memory map is there. */
    private Shard known(Shard listed, RunStatus status) throws IOException {
        Shard known = status.get(listed.key());
        if (known == null) {
            if (conversion(listed).isThere()) { // not ours, so not to be replaced
                throw new FileAlreadyExistsException(conversion(listed).prefix().toString());
            }
            return listed;
        }
        if (!known.file().equals(listed.file())) {
            throw new CorruptFileException(request.output().resolve(RunStatus.NAME), "expected " + listed.key() + " as "
                    + listed.file() + " but was " + known.file() + "; choose another --output");
        }
        return known.isComplete() && !conversion(known).isDone() ? known.incomplete() : known;
    }

    private void process(Repository repository, RunStatus status, Shard shard) {
        ShardConversion conversion = conversion(shard);
        FileDownload download = new FileDownload(repository, shard.file(), conversion.source(), listener::onBytes);
        try {
            Files.createDirectories(Objects.requireNonNull(conversion.source().getParent()));
            download.run();
            long documents = conversion.run();
            status.putAll(List.of(shard.complete(documents, download.attempts())));
            if (!request.keepSources()) {
                Files.deleteIfExists(conversion.source());
            }
            failuresInARow.set(0);
            listener.onComplete(shard.key(), documents);
        } catch (HubException | CorruptFileException e) {
            fail(status, shard.failed(String.valueOf(e.getMessage()), download.attempts()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the shard stays incomplete
        } catch (Throwable e) { // a full disk, a bug: it would go on with the next shard
            end(e);
        }
    }

    private void fail(RunStatus status, Shard shard) {
        if (stopped) {
            return; // a connection that was closed under it is no failure
        }
        try {
            status.putAll(List.of(shard));
        } catch (IOException e) {
            end(e);
            return;
        }
        listener.onFailed(shard.key(), String.valueOf(shard.error()));
        int limit = Math.max(FAILURES_IN_A_ROW, request.workers());
        if (failuresInARow.incrementAndGet() >= limit) {
            stop();
        }
    }

    private void end(Throwable cause) {
        if (!stopped) {
            fatal.compareAndSet(null, cause);
            stop();
        }
    }

    private void throwFatal() throws IOException {
        switch (fatal.get()) {
            case null -> {
                // Nothing fatal happened.
            }
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    private Outcome outcome(RunStatus status, List<String> keys) throws IOException {
        List<Shard> shards = keys.stream().map(key -> Objects.requireNonNull(status.get(key))).toList();
        int complete = (int) shards.stream().filter(Shard::isComplete).count();
        List<String> failed = shards.stream().filter(shard -> shard.state() == Shard.State.FAILED)
                .map(shard -> shard.key() + ": " + shard.error()).toList();
        Outcome outcome = new Outcome(complete, failed, shards.size() - complete - failed.size());
        if (outcome.isComplete()) {
            new Manifest(status.shards().stream().filter(shard -> shard.documents() > 0)
                    .map(shard -> conversion(shard).prefix()).toList())
                    .write(request.output().resolve(Manifest.NAME));
        }
        return outcome;
    }

    private long bytesLeft(List<Shard> shards) throws IOException {
        long left = 0;
        for (Shard shard : shards) {
            left += FileDownload.left(shard.file(), conversion(shard).source());
        }
        return left;
    }

    private ShardConversion conversion(Shard shard) {
        Path prefix = request.output().resolve(shard.config()).resolve(shard.name());
        String path = shard.file().path();
        return new ShardConversion(prefix.resolveSibling(path.substring(path.lastIndexOf('/') + 1)), prefix,
                new SourceOptions(null, request.column(), request.column()), request.verifyEvery());
    }
}
