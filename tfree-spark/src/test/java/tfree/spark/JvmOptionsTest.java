package tfree.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;

class JvmOptionsTest {
    /** A module that only linear algebra uses and that prints a warning, and a package that JDK 25 no longer has. */
    private static final Set<String> LEFT_OUT = Set.of("--add-modules=jdk.incubator.vector",
            "--add-opens=java.base/sun.security.action=ALL-UNNAMED");

    @Test
    void areSparksOwnButForTwo() throws IOException {
        List<String> ours = Files.readAllLines(Path.of("jvm.options")).stream()
                .filter(line -> !line.startsWith("#") && !line.contains("log4j2")).toList();
        assertEquals(Arrays.stream(JavaModuleOptions.defaultModuleOptionArray())
                .filter(option -> !LEFT_OUT.contains(option)).toList(), ours);
    }
}
