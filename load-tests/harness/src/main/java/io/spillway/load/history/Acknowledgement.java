package io.spillway.load.history;

/** What a caller knows of a send. */
public enum Acknowledgement {
    /** The broker has it. */
    ACKED,
    /** It was refused before anything was written. */
    FAILED,
    /** No word came back: it may be in the log or not. */
    UNKNOWN
}
