package io.spillway.load.rig;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a process runs.
 *
 * @param name of the process, of its settings file and of its log
 * @param mainClass takes the path of a properties file as its only argument
 * @param settings written to that file
 * @param jvm options of its JVM: heap, collector, compiler
 * @param environment variables beside those of this process
 * @param limit words before the command, such as those of a shell that limits the size of files; empty without a limit
 * @param firstOnClassPath a directory of classes that replace those of the same name; empty for the classes of this process
 */
public record Program(String name, String mainClass, Map<String, String> settings, List<String> jvm,
        Map<String, String> environment,
        List<String> limit, Optional<Path> firstOnClassPath) {

    /** Enough for a router or a worker under the loads of most tests. */
    private static final int USUAL_HEAP = 384;

    public Program {
        settings = Map.copyOf(settings);
        jvm = List.copyOf(jvm);
        environment = Map.copyOf(environment);
        limit = List.copyOf(limit);
    }

    static Program of(String name, String mainClass, Map<String, String> settings) {
        return new Program(name, mainClass, settings, small(USUAL_HEAP), Map.of(), List.of(), Optional.empty());
    }

    /** The same with further settings; those of the same key are replaced. */
    public Program withSettings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(more);
        return new Program(name, mainClass, all, jvm, environment, limit, firstOnClassPath);
    }

    /** The same with these options of its JVM in place of all others. */
    public Program withJvm(List<String> options) {
        return new Program(name, mainClass, settings, options, environment, limit, firstOnClassPath);
    }

    /** The same in a small JVM with another heap. */
    Program withHeap(int megabytes) {
        return withJvm(small(megabytes));
    }

    Program withEnvironment(Map<String, String> variables) {
        return new Program(name, mainClass, settings, jvm, variables, limit, firstOnClassPath);
    }

    /** No file may grow beyond so many KiB: what a full disk looks like from inside. */
    Program withFilesUpTo(int kibibytes) {
        return new Program(name, mainClass, settings, jvm, environment,
                List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "limited"), firstOnClassPath);
    }

    /** The same with a directory of classes that replace those of the same name. */
    public Program withFirstOnClassPath(Path directory) {
        return new Program(name, mainClass, settings, jvm, environment, limit, Optional.of(directory));
    }

    /** Starts soon and uses little: for runs in which processes die often. */
    private static List<String> small(int megabytes) {
        return List.of("-Xmx" + megabytes + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    }
}
