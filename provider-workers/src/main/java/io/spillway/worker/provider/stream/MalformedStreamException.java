package io.spillway.worker.provider.stream;

/** A message makes no sense where it stands: the stream is no answer. The text is for people and quotes nothing. */
public final class MalformedStreamException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public MalformedStreamException(String message) {
        super(message);
    }
}
