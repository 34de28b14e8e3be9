package io.spillway.worker.http;

/** How far a call may reach into the operator's own networks. Metadata services and link-local addresses are beyond all of them. */
public enum Reach {

    /** Public addresses, over https. */
    PUBLIC,

    /** Private and loopback addresses too, over https. */
    PRIVATE,

    /** Private and loopback addresses over plain http, and everything over https. */
    PRIVATE_PLAIN
}
