package io.spillway.health.domain;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DomainPurityTest {

    private static final JavaClasses DOMAIN = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.spillway.health.domain");

    @Test
    void shouldDependOnNothingButTheLanguageAndTheHistogram() {
        classes().should().onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.spillway.health.domain", "org.HdrHistogram", "org.jspecify.annotations")
                .check(DOMAIN);
    }

    @Test
    void shouldNeverLookAtAClockOrThrowDice() {
        noClasses().should().callMethod(Instant.class, "now").orShould().callMethod(System.class, "nanoTime").orShould()
                .callMethod(System.class, "currentTimeMillis").orShould().dependOnClassesThat().areAssignableTo(Clock.class)
                .orShould().dependOnClassesThat().areAssignableTo(Random.class).orShould().dependOnClassesThat()
                .areAssignableTo(Thread.class).check(DOMAIN);
    }
}
