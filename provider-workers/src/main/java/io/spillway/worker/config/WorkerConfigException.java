package io.spillway.worker.config;

import java.util.List;

/** The configuration has problems; the message lists all of them, each with its remedy. */
public final class WorkerConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public WorkerConfigException(List<String> problems) {
        super("the worker's configuration has " + problems.size() + " problem(s):\n  " + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
