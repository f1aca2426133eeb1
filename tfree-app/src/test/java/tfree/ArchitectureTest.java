package tfree;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may import whom: the picture in docs/architecture.md, held. */
class ArchitectureTest {
    private static final String NATIVE = "org.bytedeco..";
    private static final String TOKENIZERS = "ai.djl..";
    private static final String JSON = "tools.jackson..";
    private static final String[] HTTP = {"io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..",
            "io.micrometer.."};
    private static final List<String> CORE = List.of("file", "text", "trigram", "dictionary", "data");
    private static final List<String> DATA = List.of("source", "hub");
    private static final List<String> TORCH = List.of("config", "model", "token", "train", "pickle", "checkpoint",
            "generate");
    private static final List<String> APP = List.of("server", "console", "demo", "cli");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar")).importPackages("tfree");

    @Test
    void everyPackageIsUnderTheRules() {
        List<String> known = Stream.of(CORE, DATA, TORCH, APP).flatMap(List::stream).map(name -> "tfree." + name)
                .toList();
        CLASSES.stream().map(type -> type.getPackageName())
                .forEach(name -> assertTrue(known.contains(name), () -> name + " is not under these rules yet"));
        known.forEach(name -> assertTrue(CLASSES.containPackage(name), () -> name + " is a rule without a package"));
    }

    @Test
    void coreIsALadder() {
        mayImport("file");
        mayImport("text", "file");
        mayImport("trigram", "file", "text");
        mayImport("dictionary", "file", "text", "trigram");
        mayImport("data", "file", "text", "trigram");
    }

    @Test
    void coreKnowsNeitherJsonNorNativeCode() {
        noClasses().that().resideInAnyPackage(packages(CORE)).should().dependOnClassesThat()
                .resideInAnyPackage(NATIVE, JSON).check(CLASSES);
    }

    @Test
    void sourcesStandOnCoreAlone() {
        mayImport("source", "data", "file", "text");
        mayImport("hub", "source", "data", "file", "text");
    }

    @Test
    void theModelKnowsSlotsOnly() {
        mayImport("model");
    }

    @Test
    void tensorsStayInModelTrainAndCheckpoint() {
        noClasses().that().resideOutsideOfPackages("tfree.model", "tfree.train", "tfree.checkpoint").should()
                .dependOnClassesThat().resideInAnyPackage(NATIVE).check(CLASSES);
    }

    @Test
    void picklesAreReadInOnePlace() {
        noClasses().that().resideOutsideOfPackage("tfree.pickle").should().dependOnClassesThat()
                .resideInAnyPackage("net.razorvine..").check(CLASSES);
    }

    @Test
    void oneTokenizerLibraryStaysInToken() {
        noClasses().that().resideOutsideOfPackages("tfree.token").should().dependOnClassesThat()
                .resideInAnyPackage(TOKENIZERS).check(CLASSES);
    }

    @Test
    void trainingAndGenerationNeverMeet() {
        mayImport("pickle", "dictionary", "text", "file");
        mayImport("config", "model", "dictionary", "trigram", "text");
        mayImport("token", "trigram", "text", "file");
        mayImport("checkpoint", "pickle", "config", "model", "token", "dictionary", "trigram", "text", "file");
        mayImport("train", "checkpoint", "config", "model", "token", "data", "dictionary", "trigram", "text", "file");
        mayImport("generate", "checkpoint", "config", "model", "token", "dictionary", "trigram", "text", "file");
    }

    @Test
    void theServerStandsOnGeneration() {
        mayImport("server", "generate", "model", "dictionary", "trigram", "text");
        noClasses().that().resideOutsideOfPackage("tfree.server").should().dependOnClassesThat()
                .resideInAnyPackage(HTTP).check(CLASSES);
    }

    @Test
    void commandsAreLeaves() {
        notImported("cli");
        notImported("demo", "cli");
        notImported("console", "cli", "demo");
        notImported("server", "cli");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("tfree.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** The package imports these of the project's packages at most. */
    private static void mayImport(String name, String... others) {
        List<String> allowed = Stream.concat(Stream.of(name), Arrays.stream(others)).toList();
        List<String> forbidden = Stream.of(CORE, DATA, TORCH, APP).flatMap(List::stream)
                .filter(other -> !allowed.contains(other)).toList();
        noClasses().that().resideInAPackage("tfree." + name).should().dependOnClassesThat()
                .resideInAnyPackage(packages(forbidden)).check(CLASSES);
    }

    /** Nobody imports the package but itself and these. */
    private static void notImported(String name, String... by) {
        String[] importers = Stream.concat(Stream.of(name), Arrays.stream(by)).map(other -> "tfree." + other)
                .toArray(String[]::new);
        noClasses().that().resideOutsideOfPackages(importers).should().dependOnClassesThat()
                .resideInAPackage("tfree." + name).check(CLASSES);
    }

    private static String[] packages(List<String> names) {
        return names.stream().map(name -> "tfree." + name).toArray(String[]::new);
    }
}
