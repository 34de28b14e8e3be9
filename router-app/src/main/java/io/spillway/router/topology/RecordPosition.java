package io.spillway.router.topology;

/** Where a record stands. */
record RecordPosition(String topic, int partition, long offset) {

    /** The id of a request whose caller gave it none: stable under replay. */
    String derivedRequestId() {
        return topic + "-" + partition + "-" + offset;
    }
}
