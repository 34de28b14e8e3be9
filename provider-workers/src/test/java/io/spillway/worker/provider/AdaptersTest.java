package io.spillway.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.util.HashSet;
import java.util.Set;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class AdaptersTest {

    @Test
    void shouldHaveADialectForEveryName() {
        assertThat(Adapters.names()).isSorted().allSatisfy(name -> assertThat(Adapters.forApi(name)).isPresent());
        assertThat(Adapters.forApi("nonsense")).isEmpty();
    }

    @Test
    void shouldHoldEveryDialectToTheContract() throws ReflectiveOperationException {
        // Given every test that extends the contract
        Set<Class<?>> held = new HashSet<>();
        Set<String> tests = new HashSet<>();
        for (JavaClass test : new ClassFileImporter().importPackages("io.spillway.worker.provider")) {
            if (test.isAssignableTo(ProviderAdapterContract.class) && !test.getModifiers().contains(JavaModifier.ABSTRACT)) {
                Constructor<?> constructor = test.reflect().getDeclaredConstructor();
                constructor.setAccessible(true);
                held.add(((ProviderAdapterContract) constructor.newInstance()).adapter().getClass());
                tests.add(test.getSimpleName());
            }
        }

        // Then no dialect is missing; a preset is a dialect with settings, and Gemini's has two surfaces.
        for (String name : Adapters.names()) {
            ProviderAdapter adapter = Adapters.forApi(name).orElseThrow();
            if (!isPreset(adapter)) {
                assertThat(held).as(name).contains(adapter.getClass());
            }
        }
        assertThat(tests).contains("GeminiAdapterTest", "VertexAdapterTest");
    }

    private static boolean isPreset(ProviderAdapter adapter) {
        return adapter.getClass().getEnclosingClass() != null
                && adapter.getClass().getEnclosingClass().getSimpleName().equals("Presets");
    }
}
