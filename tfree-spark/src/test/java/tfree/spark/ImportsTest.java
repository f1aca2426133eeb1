package tfree.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class ImportsTest {
    @Test
    void sparkStandsOnCoreAlone() {
        classes().should().onlyDependOnClassesThat().resideInAnyPackage("java..", "org.jspecify..", "picocli..",
                "org.apache.spark..", "org.apache.hadoop..", "scala..", "tfree.file", "tfree.text", "tfree.dictionary",
                "tfree.data", "tfree.spark").check(new ClassFileImporter().importPath("target/classes"));
    }
}
