package io.spillway.worker.credential;

/** Where one kind of reference leads. Thread-safe. */
interface SecretSource {

    /**
     * What was read last, read again from time to time.
     *
     * @param name what follows the scheme in the reference
     * @throws CredentialException when there is no value and never was
     */
    Versioned read(String name);

    /**
     * What is there now, read at once unless somebody did so since {@code seen} was read. Never throws: what cannot be read
     * again stays as it was.
     */
    Versioned reread(String name, Versioned seen);

    /**
     * A secret as it was read.
     *
     * @param generation grows when the content changes
     */
    record Versioned(Secret secret, long generation) {}
}
