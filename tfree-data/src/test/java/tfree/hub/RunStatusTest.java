package tfree.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;
import tfree.file.FileVersionException;

/** {@code status.json}. */
class RunStatusTest {
    private static final RunStatus.Source SOURCE = new RunStatus.Source("owner/corpus", "main", "c0ffee", "train",
            "text");
    private static final HubFile FILE = new HubFile("data/ä \"1\".parquet", 5_000_000_000L,
            ContentHash.sha256("ab".repeat(32)));

    @TempDir
    private Path folder;

    @Test
    void comesBackAsItWasWritten() throws Exception {
        RunStatus status = RunStatus.begin(folder, SOURCE);
        Shard one = Shard.of("en", FILE, "ä \"1\"");
        Shard two = Shard.of("en", new HubFile("b.jsonl", 1, ContentHash.git("0".repeat(40))), "b");
        status.putAll(List.of(one, two));
        status.putAll(List.of(two.failed("expected this but was \"that\"", 3)));
        status.putAll(List.of(one.complete(123, 2)));
        RunStatus read = Objects.requireNonNull(RunStatus.read(folder));
        assertEquals(SOURCE, read.source());
        assertEquals(status.shards(), read.shards());
        assertEquals(one.complete(123, 2), read.get("en/ä \"1\""));
        assertEquals("""
                {"version":1,"dataset":"owner/corpus","revision":"main","commit":"c0ffee","split":"train",\
                "column":"text","shards":[
                {"config":"en","path":"data/ä \\"1\\".parquet","size":5000000000,"hash":"sha256:%s",\
                "name":"ä \\"1\\"","state":"complete","documents":123,"attempts":2,"error":null},
                {"config":"en","path":"b.jsonl","size":1,"hash":"git:%s","name":"b","state":"failed","documents":0,\
                "attempts":3,"error":"expected this but was \\"that\\""}
                ]}
                """.formatted("ab".repeat(32), "0".repeat(40)), Files.readString(folder.resolve("status.json")));
    }

    @Test
    void isNotThereBeforeTheFirstRun() throws Exception {
        assertNull(RunStatus.read(folder));
    }

    @Test
    void refusesWhatIsNoStatus() throws Exception {
        String sound = "{\"version\":1,\"dataset\":\"a\",\"revision\":\"m\",\"commit\":\"c\",\"split\":\"t\","
                + "\"column\":\"x\",\"shards\":[{\"config\":\"e\",\"path\":\"p\",\"size\":1,\"hash\":\"git:"
                + "0".repeat(40)
                + "\",\"name\":\"n\",\"state\":\"complete\",\"documents\":1,\"attempts\":1,\"error\":null}]}";
        write(sound);
        assertEquals(1, Objects.requireNonNull(RunStatus.read(folder)).shards().size());
        for (String bad : List.of("", "{", "[]", "\"x\"", "{\"version\":1}", sound.substring(0, 150),
                sound.replace("complete", "done"), sound.replace("git:0", "git:g"), sound.replace("\"size\":1,", ""),
                sound.replace("\"dataset\":\"a\"", "\"dataset\":7"))) {
            write(bad);
            String message = String
                    .valueOf(assertThrows(CorruptFileException.class, () -> RunStatus.read(folder), bad).getMessage());
            assertEquals(1, message.lines().count(), message);
        }
        write(sound.replace("\"version\":1", "\"version\":2"));
        assertThrows(FileVersionException.class, () -> RunStatus.read(folder));
    }

    private void write(String json) throws IOException {
        Files.writeString(folder.resolve("status.json"), json);
    }
}
