package io.spillway.load.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.common.utils.AppInfoParser;

/**
 * Where a run took place.
 *
 * @param commit of the checkout; {@code unknown} outside of one, with {@code +changes} when files differ from it
 * @param machine processors, memory, operating system
 * @param versions of what was run
 */
public record Environment(String commit, Map<String, String> machine, Map<String, String> versions) {

    /** Looks around. */
    public static Environment look(Path home) {
        Map<String, String> machine = new LinkedHashMap<>();
        Runtime runtime = Runtime.getRuntime();
        machine.put("processors", Integer.toString(runtime.availableProcessors()));
        machine.put("processor", line(Path.of("/proc/cpuinfo"), "model name"));
        machine.put("memory", line(Path.of("/proc/meminfo"), "MemTotal"));
        machine.put("heap", runtime.maxMemory() / (1024 * 1024) + " MiB");
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        versions.put("kafka", AppInfoParser.getVersion());
        return new Environment(commit(home), machine, versions);
    }

    private static String commit(Path home) {
        String head = output(home, "git", "rev-parse", "HEAD");
        if (!head.matches("[0-9a-f]{40,64}")) {
            return "unknown";
        }
        return output(home, "git", "status", "--porcelain").isEmpty() ? head : head + "+changes";
    }

    private static String output(Path home, String... command) {
        try {
            Process process = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? text : "?";
        } catch (IOException e) {
            return "?";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "?";
        }
    }

    private static String line(Path file, String key) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.stream().filter(text -> text.startsWith(key)).findFirst()
                    .map(text -> text.substring(text.indexOf(':') + 1).strip()).orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
