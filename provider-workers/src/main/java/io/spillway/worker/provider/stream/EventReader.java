package io.spillway.worker.provider.stream;

import io.spillway.worker.provider.AnswerAssembler.Progress;
import io.spillway.worker.provider.CallOutcome;

/** What the messages of one stream mean in a dialect. Keeps what was said so far; one per stream, for one thread. */
public interface EventReader {

    /**
     * Takes the next message, which is not blank.
     *
     * @return what it brought; after ENDED nothing more is read
     * @throws io.spillway.contract.json.MalformedJsonException when it is not JSON as it should be, or
     * @throws MalformedStreamException when it makes no sense: the stream is a MALFORMED_RESPONSE then
     */
    Progress read(StreamEvent event);

    /** How the call ended, now that the stream did: an answer only if the dialect's mark of completeness was seen. */
    CallOutcome end();
}
