package io.spillway.load.history;

/** The ways a promise can be broken. */
public enum Verdict {
    /** An acknowledged request has no answer, or got it after its deadline and grace. */
    LOST,
    /** A request has more than one answer. */
    DUPLICATE,
    /** An answer, or a paid call, that nobody asked for, or an outcome that cannot be right. */
    UNEXPECTED,
    /** A later answer differs from the first, or an answer belongs to another request. */
    MUTATED,
    /** More paid calls than the attempt cap and the crashes of its time explain. */
    OVERCALL,
    /** What was charged is not what the providers were owed. */
    MISCHARGE,
    /** A deployment was used that policy does not allow for the request. */
    LEAK
}
