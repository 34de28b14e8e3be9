package io.spillway.load.rig;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of Spillway's applications, or a broker, in a JVM of its own, which can be killed, stopped and started again. */
public final class AppProcess implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(AppProcess.class);

    private final Program program;
    private final Path settings;
    private final Path log;
    private final ReentrantLock starting = new ReentrantLock();
    private volatile boolean isLimited = true;
    private volatile String classPath;
    private volatile Process process;

    private AppProcess(Program program, Path settings, Path log) {
        this.program = program;
        this.settings = settings;
        this.log = log;
        this.classPath = OtherVersion.own().classPath();
        this.process = launch();
    }

    /** @param directory for its settings and its log */
    static AppProcess start(Program program, Path directory) {
        Properties properties = new Properties();
        properties.putAll(program.settings());
        Path file = directory.resolve(program.name() + ".properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        return new AppProcess(program, file, directory.resolve(program.name() + ".out"));
    }

    public String name() {
        return program.name();
    }

    /** What it was started with. */
    Program program() {
        return program;
    }

    /** Of the process that runs now. */
    public long pid() {
        return process.pid();
    }

    /** SIGKILL: nothing is finished, committed or reported. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
    }

    /** SIGTERM: it may finish what it does; this returns at once. */
    public void terminate() {
        process.destroy();
    }

    /** SIGSTOP: alive for the operating system, dead for everybody else. */
    public void pause() {
        signal("-STOP");
    }

    /** SIGCONT after {@link #pause}. */
    public void resume() {
        signal("-CONT");
    }

    /** Starts it again after {@link #kill} or {@link #terminate}; does nothing while it lives. */
    public void restart() {
        starting.lock();
        try {
            if (!process.isAlive()) {
                process = launch();
            }
        } finally {
            starting.unlock();
        }
    }

    /** From the next start on it runs the classes of this version. */
    void become(OtherVersion version) {
        classPath = version.classPath();
    }

    /** The next start goes without the limit that the program was given. */
    public void liftLimit() {
        isLimited = false;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end; empty when it goes on living. */
    public OptionalInt awaitExit(Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)
                    ? OptionalInt.of(process.exitValue())
                    : OptionalInt.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        }
    }

    /** What it has printed and logged so far, over all its lives. */
    public String output() {
        try {
            String printed = Files.exists(log) ? Files.readString(log) : "";
            Path logged = log.resolveSibling(program.name() + ".log");
            return Files.exists(logged) ? printed + Files.readString(logged) : printed;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    private Process launch() {
        List<String> words = new ArrayList<>();
        if (isLimited) {
            words.addAll(program.limit());
        }
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(program.jvm());
        words.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-Dspillway.log.dir=" + settings.getParent(),
                "-Dspillway.log.name=" + program.name(), "-cp",
                program.firstOnClassPath().map(first -> first + File.pathSeparator + classPath).orElse(classPath),
                program.mainClass(), settings.toString()));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(program.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + program.name(), e);
        }
    }

    private void signal(String signal) {
        if (!process.isAlive()) {
            return;
        }
        try {
            Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).inheritIO().start();
            if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                LOGGER.atWarn().addKeyValue("process", program.name()).addKeyValue("signal", signal)
                        .log("a signal could not be sent");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the command 'kill' is needed to stop processes", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
