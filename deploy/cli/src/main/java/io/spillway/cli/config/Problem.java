package io.spillway.cli.config;

/**
 * One thing that is wrong with a configuration file.
 *
 * @param path where, such as {@code routes.chat.tiers[1].deployments[0]}; empty for the file as a whole
 * @param problem what is wrong
 * @param value the offending value in quotes; empty when there is none or when it must not be shown
 * @param remedy what to write instead
 * @param line in the file, from 1; 0 when unknown
 */
public record Problem(String path, String problem, String value, String remedy, int line) {

    /** The whole sentence, without the line. */
    public String message() {
        return (path.isEmpty() ? "" : path + ": ") + problem + (value.isEmpty() ? "" : " '" + value + "'")
                + (remedy.isEmpty() ? "" : " (" + remedy + ")");
    }

    @Override
    public String toString() {
        return (line == 0 ? "" : "line " + line + ": ") + message();
    }
}
