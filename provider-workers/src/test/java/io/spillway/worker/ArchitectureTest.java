package io.spillway.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.spillway.worker");

    @Test
    void shouldKeepTheDomainFreeOfEverythingButJava() {
        classes().that().resideInAPackage("io.spillway.worker.domain..").should().onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify.annotations..", "io.spillway.worker.domain..").check(MAIN);
    }

    @Test
    void shouldKeepTheDomainFreeOfClocksAndChance() {
        noClasses().that().resideInAPackage("io.spillway.worker.domain..").should()
                .callMethod(System.class, "nanoTime").orShould().callMethod(System.class, "currentTimeMillis").orShould()
                .callMethod(java.time.Instant.class, "now").orShould().accessClassesThat().areAssignableTo(java.util.Random.class)
                .check(MAIN);
    }

    @Test
    void shouldKeepProvidersFreeOfIo() {
        noClasses().that().resideInAPackage("io.spillway.worker.provider..").should().dependOnClassesThat()
                .resideInAnyPackage("org.apache.hc..", "org.apache.kafka..", "java.net.http..", "io.spillway.worker.http..",
                        "io.spillway.worker.consume..")
                .check(MAIN);
    }

    @Test
    void shouldTalkHttpInOnePlaceAndKafkaOutsideIt() {
        noClasses().that().resideOutsideOfPackage("io.spillway.worker.http..").should().dependOnClassesThat()
                .resideInAnyPackage("org.apache.hc..").check(MAIN);
        noClasses().that().resideInAPackage("io.spillway.worker.http..").should().dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..").check(MAIN);
    }
}
