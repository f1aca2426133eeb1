package tfree.hub;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When to try again, and after how long: the pauses double, each is shortened at random by up to a half so that workers
 * that failed together do not come back together.
 *
 * @param attempts in a row without any progress
 * @param contents how often wrong content is fetched anew
 * @param first    the pause after the first failure
 * @param longest  no pause of our own is longer
 * @param stall    a connection that brings nothing for this long is given up
 */
record RetryPolicy(int attempts, int contents, Duration first, Duration longest, Duration stall) {
    static final RetryPolicy DEFAULT = new RetryPolicy(6, 3, Duration.ofSeconds(1), Duration.ofSeconds(60),
            Duration.ofSeconds(60));

    /** The hub counts requests in windows of five minutes. */
    private static final Duration LONGEST_ASKED_FOR = Duration.ofMinutes(10);

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
    private static final Pattern UNTIL_RESET = Pattern.compile(";\\s*t\\s*=\\s*(\\d{1,9})");

    /** The pause after so many failures in a row, from 1 on. */
    Duration pause(int failures, PassingFault fault) {
        Duration asked = fault.pause();
        if (asked != null) {
            return asked.plus(first.multipliedBy(ThreadLocalRandom.current().nextLong(1000)).dividedBy(1000));
        }
        Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, 30));
        Duration capped = doubled.compareTo(longest) > 0 ? longest : doubled;
        return capped.multipliedBy(ThreadLocalRandom.current().nextLong(500, 1000)).dividedBy(1000);
    }

    /**
     * How long a busy server asks to wait: {@code Retry-After} in seconds or as a date, or with status 429 the hub's
     * own {@code RateLimit: "api";r=0;t=55}. Null when it does not say.
     */
    static @Nullable Duration askedFor(int status, HttpHeaders headers, Instant now) {
        Optional<String> after = headers.firstValue("Retry-After").map(String::strip);
        Duration asked = after.isPresent() ? afterwards(after.get(), now) : status == 429 ? untilReset(headers) : null;
        if (asked == null) {
            return null;
        }
        return asked.compareTo(LONGEST_ASKED_FOR) > 0 ? LONGEST_ASKED_FOR : asked;
    }

    private static @Nullable Duration afterwards(String value, Instant now) {
        if (SECONDS.matcher(value).matches()) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Duration untilReset(HttpHeaders headers) {
        Matcher reset = UNTIL_RESET.matcher(headers.firstValue("RateLimit").orElse(""));
        return reset.find() ? Duration.ofSeconds(Long.parseLong(reset.group(1))) : null;
    }
}
