package io.spillway.load.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** The table of the fault matrix in load-tests/README.md: every row is there, and every test it names exists. */
class FaultMatrixTableTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| .*");
    /** {@code SomeTest}, {@code SomeTest.shouldDoIt} or, for another test of the class named before, {@code .shouldDoIt}. */
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|IT|Contract))?(?:\\.(should\\w+))?`( Row \\d+)?");

    @Test
    void shouldHaveEveryRowOnce() throws IOException {
        List<Integer> numbers = rows().stream().map(line -> {
            Matcher row = ROW.matcher(line);
            assertThat(row.matches()).isTrue();
            return Integer.parseInt(row.group(1));
        }).toList();

        assertThat(numbers).containsExactlyElementsOf(IntStream.rangeClosed(1, 32).boxed().toList());
    }

    @Test
    void shouldNameOnlyTestsThatExist() throws IOException {
        Map<String, String> sources = tests();
        int named = 0;
        for (String row : rows()) {
            String test = "";
            Matcher names = NAMED.matcher(row);
            while (names.find()) {
                if (names.group(1) == null && names.group(2) == null) {
                    continue;
                }
                test = names.group(1) == null ? test : names.group(1);
                named++;
                assertThat(sources).as(row).containsKey(test);
                if (names.group(2) != null) {
                    assertThat(sources.get(test)).as(row).contains("void " + names.group(2) + "(");
                }
                if (names.group(3) != null) {
                    assertThat(sources.get(test)).as(row).contains("\"" + names.group(3).strip() + ":");
                }
            }
        }
        assertThat(named).isGreaterThan(40);
    }

    private static List<String> rows() throws IOException {
        String text = Files.readString(ROOT.resolve("load-tests/README.md"));
        String section = text.substring(text.indexOf("## The fault matrix"), text.indexOf("## Where to start reading"));
        return section.lines().filter(line -> ROW.matcher(line).matches()).toList();
    }

    private static Map<String, String> tests() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 12)) {
            return files.filter(file -> file.toString().contains("/src/test/java/") && file.toString().endsWith(".java"))
                    .collect(Collectors.toMap(file -> file.getFileName().toString().replace(".java", ""),
                            FaultMatrixTableTest::text, (one, other) -> one + other, HashMap::new));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
