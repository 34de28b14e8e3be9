package io.spillway.worker.credential;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access tokens of one kind of account, one per account for all calls. Five to six minutes before a token ends the next caller
 * fetches a new one while the others go on with the old one; if that fails, the old one serves as long as it lasts. When there is
 * no valid token, callers wait for one of them to fetch it, and a failure holds for a few seconds, so that a thousand waiting
 * calls are one request to the token server.
 */
public final class AccessTokens implements TokenSource {

    private static final Logger LOGGER = LoggerFactory.getLogger(AccessTokens.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);
    /** A token younger than this is not replaced: if it is refused, another one will be too. */
    private static final Duration LEAST_AGE = Duration.ofSeconds(10);
    /** A rotated key leaves its tokens behind; this many keys at once is beyond any deployment. */
    private static final int MOST_ACCOUNTS = 1_000;

    private final Function<Secret, TokenAccount> parse;
    private final TokenServer server;
    private final InstantSource clock;
    private final DoubleSupplier jitter;
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();

    private AccessTokens(Function<Secret, TokenAccount> parse, TokenServer server, InstantSource clock, DoubleSupplier jitter) {
        this.parse = parse;
        this.server = server;
        this.clock = clock;
        this.jitter = jitter;
    }

    /**
     * Of Google service accounts; the credential is the JSON key.
     *
     * @param jitter from 0 to 1, drawn for every token, so that workers do not renew theirs all at once
     */
    public static AccessTokens ofServiceAccounts(TokenServer server, InstantSource clock, DoubleSupplier jitter) {
        return new AccessTokens(ServiceAccount::parse, server, clock, jitter);
    }

    /**
     * Of Microsoft Entra applications; the credential is a JSON object with {@code tenantId}, {@code clientId} and
     * {@code clientSecret}.
     *
     * @param jitter as above
     */
    public static AccessTokens ofEntraClients(TokenServer server, InstantSource clock, DoubleSupplier jitter) {
        return new AccessTokens(EntraClient::parse, server, clock, jitter);
    }

    @Override
    public Secret token(Secret credential) {
        return account(credential).token();
    }

    @Override
    public Secret replace(Secret credential, Secret refused) {
        return account(credential).replace(refused);
    }

    @Override
    public Optional<Instant> endsAt(Secret credential) {
        Account known = accounts.get(credential.reveal());
        AccessToken token = known == null ? null : known.current;
        return token == null ? Optional.empty() : Optional.of(token.endsAt());
    }

    private Account account(Secret credential) {
        Account known = accounts.get(credential.reveal());
        if (known != null) {
            return known;
        }
        if (accounts.size() >= MOST_ACCOUNTS) {
            accounts.clear();
        }
        return accounts.computeIfAbsent(credential.reveal(), key -> new Account(parse.apply(credential)));
    }

    /** One account's token. */
    private final class Account {

        private final TokenAccount identity;
        private final ReentrantLock lock = new ReentrantLock();
        private volatile @Nullable AccessToken current;
        private @Nullable RuntimeException failure;
        private Instant failedAt = Instant.MIN;

        Account(TokenAccount identity) {
            this.identity = identity;
        }

        Secret token() {
            Instant now = clock.instant();
            AccessToken token = current;
            if (token == null || !token.isValid(now)) {
                return fetched(null).secret();
            }
            if (!token.isFresh(now) && lock.tryLock()) {
                try {
                    return renewed(token, now).secret();
                } finally {
                    lock.unlock();
                }
            }
            return token.secret();
        }

        Secret replace(Secret refused) {
            return fetched(refused).secret();
        }

        /** Waits for its turn; the first one fetches, the others find the token that it fetched. */
        private AccessToken fetched(@Nullable Secret refused) {
            lock.lock();
            try {
                Instant now = clock.instant();
                AccessToken token = current;
                if (token != null && token.isValid(now)) {
                    boolean isRefused = refused != null && refused.reveal().equals(token.secret().reveal());
                    if (!isRefused || now.isBefore(token.fetchedAt().plus(LEAST_AGE))) {
                        return token;
                    }
                }
                return fetch(now);
            } finally {
                lock.unlock();
            }
        }

        private AccessToken renewed(AccessToken old, Instant now) {
            AccessToken token = current;
            if (token != null && token.isFresh(now)) {
                return token;
            }
            try {
                return fetch(now);
            } catch (CredentialException | TokenUnavailableException e) {
                return old;
            }
        }

        private AccessToken fetch(Instant now) {
            RuntimeException last = failure;
            if (last != null && now.isBefore(failedAt.plus(PAUSE_AFTER_FAILURE))) {
                throw last;
            }
            try {
                AccessToken token = AccessToken.read(post(now), now, jitter.getAsDouble());
                current = token;
                failure = null;
                return token;
            } catch (CredentialException | TokenUnavailableException e) {
                LOGGER.atWarn().addKeyValue("account", identity.label()).addKeyValue("error", e.getMessage())
                        .log("no access token could be fetched");
                failure = e;
                failedAt = now;
                throw e;
            }
        }

        private TokenServer.Reply post(Instant now) {
            try {
                return server.post(identity.tokenUri(), identity.form(now));
            } catch (IOException e) {
                throw new TokenUnavailableException("the token server could not be reached ("
                        + e.getClass().getSimpleName() + ")");
            }
        }
    }
}
