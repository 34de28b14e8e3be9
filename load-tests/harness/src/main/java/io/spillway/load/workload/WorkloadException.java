package io.spillway.load.workload;

import java.util.List;

/** A workload file is wrong; the message lists every problem with its path, value and remedy. */
public final class WorkloadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public WorkloadException(String source, List<String> problems) {
        super("workload " + source + ":\n  " + String.join("\n  ", problems));
    }
}
