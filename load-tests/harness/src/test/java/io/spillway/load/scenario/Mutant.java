package io.spillway.load.scenario;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * One class of the product with a defect: its source is changed at one place and compiled anew. In front of the class path of a process
 * the defect is there; the product itself knows nothing of it.
 *
 * @param classes directory of what was compiled
 */
record Mutant(Path classes) {

    /**
     * Makes one.
     *
     * @param source file of a class of the product
     * @param snippet must be there exactly once; how it is broken into lines and indented does not matter
     * @param replacement what is there instead
     * @param classes an empty directory, or none yet
     * @throws IllegalArgumentException when the source does not have the snippet once, or what comes of it does not compile: the product
     *             has changed, and the mutation must follow
     */
    static Mutant of(Path source, String snippet, String replacement, Path classes) throws IOException {
        String mutated = mutated(source, snippet, replacement);
        Path file = Files.createDirectories(classes.resolveSibling(classes.getFileName() + "-source"))
                .resolve(source.getFileName());
        Files.writeString(file, mutated);
        Files.createDirectories(classes);
        compile(file, classes);
        return new Mutant(classes);
    }

    private static String mutated(Path source, String snippet, String replacement) throws IOException {
        String text = Files.readString(source);
        Pattern pattern = Pattern
                .compile(Arrays.stream(snippet.strip().split("\\s+")).map(Pattern::quote).collect(Collectors.joining("\\s+")));
        long times = pattern.matcher(text).results().count();
        if (times != 1) {
            throw new IllegalArgumentException(
                    "the snippet to mutate is " + times + " times in " + source + " and must be there once; "
                            + "adapt the mutation to what the class does now: " + snippet);
        }
        return pattern.matcher(text).replaceFirst(Matcher.quoteReplacement(replacement));
    }

    private static void compile(Path file, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiles = compiler.getTask(messages, files, null,
                    List.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path"), "-proc:none"), null,
                    files.getJavaFileObjects(file)).call();
            if (!compiles) {
                throw new IllegalArgumentException("the mutant of " + file.getFileName() + " does not compile:\n" + messages);
            }
        }
    }
}
