package io.spillway.router.domain;

/** How far a failed call got. */
public enum SendState {
    NOT_SENT, MAYBE_SENT, ANSWERED
}
