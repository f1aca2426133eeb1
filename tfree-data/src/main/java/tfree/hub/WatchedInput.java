package tfree.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A body that gives up when a read has brought nothing for a while; how long the reader is away between reads, because
 * its disk is slow, does not matter. Whatever goes wrong with reading is a {@link PassingFault}, so that it is not taken
 * for a fault of that disk.
 */
final class WatchedInput extends FilterInputStream {
    private final String host;
    private final Duration stall;
    private final ScheduledFuture<?> watch;
    private volatile long begun; // of the read under way; 0 where there is none
    private volatile boolean stalled;

    WatchedInput(InputStream in, String host, Duration stall, ScheduledExecutorService clock) {
        super(in);
        this.host = host;
        this.stall = stall;
        long period = Math.max(1, stall.toMillis() / 4);
        this.watch = clock.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        begun = System.nanoTime() | 1;
        try {
            int n = in.read(bytes, from, length);
            if (n < 0 && stalled) {
                throw new IOException("stalled");
            }
            return n;
        } catch (IOException e) {
            throw new PassingFault(host + (stalled
                    ? ": nothing came for " + stall.toMillis() * 1e-3 + " s"
                    : ": the connection was dropped"), null, e);
        } finally {
            begun = 0;
        }
    }

    @Override
    public void close() throws IOException {
        watch.cancel(false);
        in.close();
    }

    private void look() {
        long since = begun;
        if (since != 0 && System.nanoTime() - since > stall.toNanos()) {
            stalled = true;
            try {
                close();
            } catch (IOException e) {
                // The reader learns of it.
            }
        }
    }
}
