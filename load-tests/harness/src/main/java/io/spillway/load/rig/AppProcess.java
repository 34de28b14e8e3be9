package io.spillway.load.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of Spillway's applications in a JVM of its own, which can be killed, stopped and started again. */
public final class AppProcess implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(AppProcess.class);
    /** Starts soon and uses little: for runs in which processes die often. */
    static final List<String> SMALL_JVM = List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final String name;
    private final List<String> command;
    private final Path log;
    private Process process;

    private AppProcess(String name, List<String> command, Path log) {
        this.name = name;
        this.command = List.copyOf(command);
        this.log = log;
        this.process = launch();
    }

    /**
     * Starts an application.
     *
     * @param mainClass takes the path of a properties file as its only argument
     * @param directory for its settings and its log
     */
    static AppProcess start(String name, String mainClass, Map<String, String> settings, Path directory) {
        return start(name, mainClass, settings, directory, SMALL_JVM);
    }

    /** The same with options of its JVM: heap, collector, compiler. */
    static AppProcess start(String name, String mainClass, Map<String, String> settings, Path directory, List<String> jvm) {
        Properties properties = new Properties();
        properties.putAll(settings);
        Path file = directory.resolve(name + ".properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-Dspillway.log.dir=" + directory, "-Dspillway.log.name=" + name, "-cp",
                System.getProperty("java.class.path"), mainClass, file.toString()));
        return new AppProcess(name, command, directory.resolve(name + ".out"));
    }

    public String name() {
        return name;
    }

    /** Of the process that runs now. */
    public long pid() {
        return process.pid();
    }

    /** SIGKILL: nothing is finished, committed or reported. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGSTOP: alive for the operating system, dead for everybody else. */
    public void pause() {
        signal("-STOP");
    }

    /** SIGCONT after {@link #pause}. */
    public void resume() {
        signal("-CONT");
    }

    /** Starts it again after {@link #kill}. */
    public void restart() {
        if (!process.isAlive()) {
            process = launch();
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        kill();
    }

    private Process launch() {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).inheritIO().start();
            if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                LOGGER.atWarn().addKeyValue("process", name).addKeyValue("signal", signal).log("a signal could not be sent");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the command 'kill' is needed to stop processes", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
