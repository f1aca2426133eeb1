package tfree.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import tfree.text.Utf8;

/**
 * Cuts the documents of a memory map into items of about {@value #ITEM_BYTES} bytes, some 4,096 words, so that one pass
 * over the items sees every document from its beginning to its end. An item is a run of spans; a span is a piece of one
 * document, cut before a space or one of {@code . , ! ?}.
 *
 * <p>The published models' maps lose a little: what is left of a document when no more than {@value #TOLERANCE} bytes
 * remain, what follows its last place to cut, and the last item as a whole. Their cutter is repeated here byte for byte.
 * Keeping tails loses nothing but spans that are no UTF-8: documents end where they end, and a piece without a place to
 * cut is cut between two characters.
 *
 * <p>Holds one item at a time. Not thread-safe.
 */
final class ItemCutter {
    static final int ITEM_BYTES = 20_000;
    static final int TOLERANCE = 100;

    private static final long MOST_ITEMS = 1L << 32; // their numbers have four bytes

    private final DocumentStore store;
    private final boolean keepTails;
    private final Spans out;
    private final byte[] window = new byte[ITEM_BYTES + 1];

    private long[] offsets = new long[64]; // of the last item's spans, which may still be dropped
    private int[] lengths = new int[64];
    private int spans;
    private int held; // bytes of the last item
    private boolean open; // it takes more
    private long items;

    /** Takes the spans of one item after another. */
    @FunctionalInterface
    interface Spans {
        void add(long item, long offset, int length) throws IOException;
    }

    ItemCutter(DocumentStore store, boolean keepTails, Spans out) {
        this.store = store;
        this.keepTails = keepTails;
        this.out = out;
    }

    /** Cuts everything and returns how many items it gave. */
    long cut() throws IOException {
        for (long document = 0; document < store.size(); document++) {
            cut(store.start(document), store.length(document));
        }
        if (keepTails) {
            giveItem();
        }
        return items;
    }

    private void cut(long start, long length) throws IOException {
        long end = start + length;
        int passedOver = keepTails ? 0 : TOLERANCE;
        for (long at = start; end - at > passedOver;) {
            int room = open ? ITEM_BYTES - held : ITEM_BYTES;
            int wanted = (int) Math.min(room, end - at);
            load(at, (int) Math.min(wanted + 1, end - at));
            int span = keepTails && wanted == end - at ? wanted : lastCut(wanted);
            if (span == 0 && open) {
                open = false; // a new item has room for more
            } else if (span == 0) {
                return;
            } else {
                if (Utf8.firstInvalid(window, 0, span) == span) {
                    append(at, span, open && wanted == room);
                }
                at += span;
            }
        }
    }

    private void load(long at, int length) {
        MemorySegment.copy(store.data(), ValueLayout.JAVA_BYTE, at, window, 0, length);
    }

    /** The length of the longest span in the window that ends before a place to cut, or 0. */
    private int lastCut(int wanted) {
        for (int i = wanted - 1; i > 0; i--) {
            if (endsSpan(window[i])) {
                return i;
            }
        }
        return keepTails && !open ? betweenCharacters(wanted) : 0;
    }

    private static boolean endsSpan(byte b) {
        return b == ' ' || b == '.' || b == ',' || b == '!' || b == '?';
    }

    private int betweenCharacters(int wanted) {
        for (int i = wanted; i > wanted - 4; i--) {
            boolean inside = (window[i] & 0xc0) == 0x80;
            if (!inside) {
                return i;
            }
        }
        return wanted; // no UTF-8, and passed over as such
    }

    private void append(long offset, int length, boolean filled) throws IOException {
        if (!open) {
            giveItem();
            held = 0;
        }
        if (spans == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * spans);
            lengths = Arrays.copyOf(lengths, 2 * spans);
        }
        offsets[spans] = offset;
        lengths[spans++] = length;
        held += length;
        open = held < ITEM_BYTES - TOLERANCE && !filled;
    }

    private void giveItem() throws IOException {
        if (spans == 0) {
            return;
        }
        if (items == MOST_ITEMS) {
            throw new IllegalArgumentException("expected text for at most " + MOST_ITEMS
                    + " items but was more; spread the documents over several memory maps");
        }
        for (int i = 0; i < spans; i++) {
            out.add(items, offsets[i], lengths[i]);
        }
        items++;
        spans = 0;
    }
}
