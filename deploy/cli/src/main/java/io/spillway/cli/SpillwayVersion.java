package io.spillway.cli;

import java.util.Optional;

import picocli.CommandLine.IVersionProvider;

/** The version the build wrote into the jar, and the Java it runs on. */
final class SpillwayVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(SpillwayVersion.class.getPackage().getImplementationVersion())
                .orElse("(built from source)");
        return new String[]{"spillway " + version, "Java " + Runtime.version()};
    }
}
