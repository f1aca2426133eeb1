package tfree.source;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tfree.data.Instruction;
import tfree.file.CorruptFileException;
import tfree.file.Utf8Lines;
import tfree.text.PythonText;

/**
 * Instruction data: every line that is not blank is one document, without the whitespace around it, and has to be an
 * {@link Instruction}.
 */
final class InstructionDocuments implements SourceDocuments {
    private final Utf8Lines lines;
    private final CountedInput packed;

    InstructionDocuments(Utf8Lines lines, CountedInput packed) {
        this.lines = lines;
        this.packed = packed;
    }

    @Override
    public @Nullable String next() throws IOException {
        for (String line = lines.next(); line != null; line = lines.next()) {
            String stripped = PythonText.strip(line);
            if (!stripped.isEmpty()) {
                try {
                    Instruction.parse(stripped);
                } catch (IllegalArgumentException e) {
                    throw new CorruptFileException(lines.source(), "line " + lines.number() + ": " + e.getMessage());
                }
                return stripped;
            }
        }
        return null;
    }

    @Override
    public long bytesRead() {
        return packed.bytes();
    }

    @Override
    public long passedOver() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
