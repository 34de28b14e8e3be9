package io.spillway.worker.credential;

import java.time.Instant;
import java.util.Optional;

/** Turns a deployment's credential into the short-lived token that its calls carry. Thread-safe. */
public interface TokenSource {

    /**
     * A token that is valid now; fetched if there is none, and some time before the old one ends.
     *
     * @param credential what the deployment's reference resolves to
     * @throws CredentialException when the credential is unusable or refused: an operator must act
     * @throws TokenUnavailableException when the token server cannot be reached or fails: later may be better
     */
    Secret token(Secret credential);

    /**
     * The token after one that a provider refused: fetched anew unless somebody else has done so already. The same token comes
     * back where a new one was fetched moments ago, because then the token is not what is wrong.
     *
     * @throws CredentialException as above
     * @throws TokenUnavailableException as above
     */
    Secret replace(Secret credential, Secret refused);

    /** When the token held for a credential ends; empty when there is none. Fetches nothing. */
    Optional<Instant> endsAt(Secret credential);
}
