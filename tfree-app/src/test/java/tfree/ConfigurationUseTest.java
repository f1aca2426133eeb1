package tfree;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tfree.config.IgnoredFields;
import tfree.config.RunConfig;

/** A field of the configuration is either read somewhere, or named as one that changes nothing. */
class ConfigurationUseTest {
    private static final String EXPORTING = "tfree.checkpoint";
    private static final String COPYING = "with"; // another value of one field, and the others as they are
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar")).importPackages("tfree");

    @Test
    void everyFieldIsReadOrNamedAsIgnored() {
        Set<String> unread = new TreeSet<>();
        collectUnread(RunConfig.class, "", unread);
        Set<String> ignored = Set.copyOf(IgnoredFields.names());
        assertEquals(List.of(), unread.stream().filter(field -> !ignored.contains(field)).toList(),
                "no code reads these: let IgnoredFields and docs/train.md say so");
        assertEquals(List.of(), ignored.stream().filter(field -> !unread.contains(field)).toList(),
                "code reads these: take them from IgnoredFields, and let docs/train.md say what they do");
    }

    private static void collectUnread(Class<?> section, String path, Set<String> unread) {
        for (RecordComponent field : section.getRecordComponents()) {
            String name = path + (path.isEmpty() ? "" : ".")
                    + field.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
            if (field.getType().isRecord()) {
                collectUnread(field.getType(), name, unread);
            } else if (!isRead(CLASSES.get(section), field.getName())) {
                unread.add(name);
            }
        }
    }

    /** Through its accessor, or within the configuration's own classes directly; what is only exported has no effect. */
    private static boolean isRead(JavaClass section, String name) {
        JavaMethod accessor = section.getMethod(name);
        return Stream.concat(accessor.getCallsOfSelf().stream(), accessor.getReferencesToSelf().stream())
                .anyMatch(access -> !access.getOriginOwner().getPackageName().equals(EXPORTING))
                || section.getField(name).getAccessesToSelf().stream().map(access -> access.getOrigin())
                        .anyMatch(origin -> !origin.isConstructor() && !origin.equals(accessor)
                                && !origin.getName().startsWith(COPYING));
    }
}
