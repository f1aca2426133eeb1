package tfree.data;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import tfree.file.CorruptFileException;
import tfree.text.Utf8;

/**
 * Looks for damage in an aligned index. It should be what cutting the store gives, in one of the two ways; if it is not,
 * its spans are looked at one by one for what is wrong with them.
 */
final class ItemCheck {
    private final Path prefix;
    private final AlignedIndex index;
    private final DocumentStore store;
    private final boolean documentsAreSound;
    private final StoreCheck.Listener listener;
    private boolean damaged;

    /** @param documentsAreSound whether the documents lie as they should, so that they can be cut anew */
    ItemCheck(Path prefix, AlignedIndex index, boolean documentsAreSound, StoreCheck.Listener listener) {
        this.prefix = prefix;
        this.index = index;
        this.store = index.store();
        this.documentsAreSound = documentsAreSound;
        this.listener = listener;
    }

    void run() throws IOException {
        Comparison original = new Comparison(false);
        Comparison lossless = new Comparison(true);
        if (documentsAreSound && (original.isSame() || lossless.isSame())) {
            return;
        }
        long before = 0; // where the last span ended
        for (long span = 0; span < index.spans(); span++) {
            checkOrder(span);
            if (checkPlace(span, before)) {
                before = index.offset(span) + index.length(span);
            }
        }
        if (documentsAreSound && !damaged) {
            damage(AlignedIndex.indices(prefix), (original.span > lossless.span ? original : lossless).difference);
        }
    }

    private void checkOrder(long span) throws IOException {
        try {
            index.requireOrder(span);
        } catch (CorruptFileException e) {
            damage(AlignedIndex.indices(prefix), e.what());
        }
    }

    /** Returns whether the span lies within the data. */
    private boolean checkPlace(long span, long before) throws IOException {
        long offset = index.offset(span);
        int length = index.length(span);
        String was = " but was " + length + " bytes from " + Long.toUnsignedString(offset);
        String expected = "expected span " + span + ", of item " + index.number(span) + ", ";
        long all = store.totalBytes();
        if (offset < 0 || offset > all - length) {
            damage(AlignedIndex.offsets(prefix), expected + "within the " + all + " bytes of .bin" + was);
            return false;
        }
        if (length == 0) {
            damage(AlignedIndex.lengths(prefix), expected + "to hold something" + was);
        } else if (documentsAreSound && offset < before) {
            damage(AlignedIndex.offsets(prefix), expected + "from byte " + before + " on, where the one before ends,"
                    + was);
        } else if (isInsideCharacter(offset) || isInsideCharacter(offset + length)) {
            damage(AlignedIndex.offsets(prefix), expected + "to cut no character" + was);
        } else if (documentsAreSound && endOfDocument(offset) < offset + length) {
            damage(AlignedIndex.lengths(prefix), expected + "within a document, which ends at byte "
                    + endOfDocument(offset) + "," + was);
        } else if (!isUtf8(offset, length)) {
            damage(AlignedIndex.offsets(prefix), expected + "to be UTF-8" + was);
        }
        return true;
    }

    private boolean isInsideCharacter(long at) {
        return at < store.totalBytes() && (store.data().get(ValueLayout.JAVA_BYTE, at) & 0xc0) == 0x80;
    }

    private boolean isUtf8(long offset, int length) {
        byte[] utf8 = store.data().asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
        return Utf8.firstInvalid(utf8, 0, length) == length;
    }

    /** Where the document ends that holds this byte. */
    private long endOfDocument(long at) throws CorruptFileException {
        long low = 0; // the last document that begins there or before
        long high = store.size() - 1;
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (store.start(middle) <= at) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return store.start(low) + store.length(low);
    }

    private void damage(Path file, String what) throws IOException {
        damaged = true;
        listener.found(new StoreCheck.Damage(file.toString(), what));
    }

    /** Follows the index for as long as it is what cutting the store gives. */
    private final class Comparison implements ItemCutter.Spans {
        private final boolean keepTails;
        private long span;
        private String difference = "";

        Comparison(boolean keepTails) {
            this.keepTails = keepTails;
        }

        boolean isSame() throws IOException {
            try {
                new ItemCutter(store, keepTails, this).cut();
                if (span < index.spans()) {
                    throw different("nothing");
                }
                return true;
            } catch (CorruptFileException e) {
                difference = e.what();
                return false;
            }
        }

        @Override
        public void add(long item, long offset, int length) throws CorruptFileException {
            if (span == index.spans() || index.number(span) != item || index.offset(span) != offset
                    || index.length(span) != length) {
                throw different(length + " bytes from " + offset + " in item " + item);
            }
            span++;
        }

        private CorruptFileException different(String expected) {
            String was = span == index.spans() ? "nothing"
                    : index.length(span) + " bytes from " + index.offset(span) + " in item " + index.number(span);
            return new CorruptFileException(AlignedIndex.indices(prefix), "expected " + expected + " at span " + span
                    + ", as aligning the store gives, but was " + was
                    + ": this index is older than the store, or another's; remove it and align the store anew");
        }
    }
}
