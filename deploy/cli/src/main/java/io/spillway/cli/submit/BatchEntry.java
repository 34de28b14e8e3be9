package io.spillway.cli.submit;

import java.util.Optional;

/** A line of a batch file that is not blank. */
sealed interface BatchEntry {

    /** Number of the line in the file, from 1. */
    long line();

    /**
     * A request to send.
     *
     * @param body what is sent: the chat-completions body, the same text for any spelling of it; its {@code model} is the route
     */
    record Valid(long line, String customId, String body) implements BatchEntry {

        /** What the line's request id and its answers are known by. */
        long content() {
            return Hashes.of(customId, body);
        }

        @Override
        public String toString() {
            return "line " + line;
        }
    }

    /**
     * A line nobody can be asked.
     *
     * @param customId when the line has a usable one
     * @param code stable word for programs
     * @param problem what is wrong, for people; never quotes the body
     * @param remedy what to do
     */
    record Bad(long line, Optional<String> customId, String code, String problem, String remedy) implements BatchEntry {

        /** All of it in a sentence. */
        String sentence() {
            return "line " + line + ": " + problem + "; " + remedy;
        }
    }
}
