package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.spillway.worker.domain.CredentialRing.Cause;
import io.spillway.worker.domain.CredentialRing.Choice;
import io.spillway.worker.domain.CredentialRing.Content;
import io.spillway.worker.domain.CredentialRing.Credential;
import io.spillway.worker.domain.CredentialRing.Rest;
import io.spillway.worker.domain.CredentialRing.State;

class CredentialRingTest {

    private static final long PAUSE = 60_000;

    private static final Credential A = new Credential("a", State.ACTIVE, 1);
    private static final Credential B = new Credential("b", State.ACTIVE, 1);
    private static final Credential OLD = new Credential("old", State.DRAINING, 1);
    private static final Credential OFF = new Credential("off", State.DISABLED, 1);

    private final CredentialRing ring = CredentialRing.of(List.of(OFF, OLD, A, B));

    @Test
    void shouldLetTheActiveOnesTakeTurns() {
        assertThat(List.of(name(ring, 0), name(ring, 1), name(ring, 2), name(ring, -1))).containsExactly("a", "b", "a", "b");
    }

    @Test
    void shouldUseADrainingOneOnlyWhenNoActiveOneCanBe() {
        CredentialRing without = ring.refused(A.content(), Cause.REFUSED, PAUSE, 0);
        assertThat(name(without, 0)).isEqualTo("b");

        without = without.refused(B.content(), Cause.REFUSED, PAUSE, 0);
        assertThat(name(without, 0)).isEqualTo("old");
        assertThat(ring.choose(Set.of(A.content(), B.content()), 0, false, 0)).map(choice -> choice.credential().name())
                .contains("old");
    }

    @Test
    void shouldNeverUseADisabledOne() {
        Set<Content> tried = Set.of(A.content(), B.content(), OLD.content());

        assertThat(ring.choose(tried, 0, false, 0)).isEmpty();
        assertThat(ring.choose(tried, 0, true, 0)).isEmpty();
    }

    @Test
    void shouldPutExactlyTheRefusedOneToRest() {
        CredentialRing after = ring.refused(B.content(), Cause.REFUSED, PAUSE, 0);

        assertThat(after.isResting(B)).isTrue();
        assertThat(List.of(A, OLD, OFF)).noneMatch(after::isResting);
    }

    @Test
    void shouldLetOneCallTryARestingOneAfterThePause() {
        CredentialRing resting = CredentialRing.of(List.of(A)).refused(A.content(), Cause.REFUSED, PAUSE, 0);
        assertThat(resting.choose(Set.of(), 0, false, PAUSE - 1)).isEmpty();

        Optional<Choice> trial = resting.choose(Set.of(), 0, false, PAUSE);
        assertThat(trial).contains(new Choice(A, true));

        CredentialRing tried = resting.onTrial(A.content(), PAUSE, PAUSE);
        assertThat(tried.choose(Set.of(), 0, false, PAUSE)).isEmpty();
        assertThat(tried.choose(Set.of(), 0, false, 2 * PAUSE)).contains(new Choice(A, true));
        assertThat(tried.accepted(A.content()).choose(Set.of(), 0, false, PAUSE)).contains(new Choice(A, false));
    }

    @Test
    void shouldLetAProbeUseWhatRests() {
        CredentialRing resting = CredentialRing.of(List.of(OLD, A)).refused(A.content(), Cause.REFUSED, PAUSE, 0)
                .refused(OLD.content(), Cause.REFUSED, PAUSE, 0);

        assertThat(resting.choose(Set.of(), 0, false, 1)).isEmpty();
        assertThat(resting.choose(Set.of(), 0, true, 1)).contains(new Choice(A, true));
        assertThat(resting.choose(Set.of(A.content()), 0, true, 1)).contains(new Choice(OLD, true));
    }

    @Test
    void shouldEndTheRestWhenTheContentChanges() {
        CredentialRing resting = CredentialRing.of(List.of(A)).refused(A.content(), Cause.REFUSED, PAUSE, 0);
        Credential renewed = new Credential("a", State.ACTIVE, 2);

        CredentialRing after = resting.with(List.of(renewed));

        assertThat(after.choose(Set.of(), 0, false, 1)).contains(new Choice(renewed, false));
        assertThat(after.rests()).isEmpty();
        // A call that still ran with the old content says nothing about the new one.
        assertThat(after.refused(A.content(), Cause.REFUSED, PAUSE, 1)).isEqualTo(after);
    }

    @Test
    void shouldKeepTheRestWhenOnlyAnotherOneChanges() {
        CredentialRing resting = CredentialRing.of(List.of(A, B)).refused(A.content(), Cause.REFUSED, PAUSE, 0);

        CredentialRing after = resting.with(List.of(A, new Credential("b", State.ACTIVE, 2)));

        assertThat(after.isResting(A)).isTrue();
    }

    @Test
    void shouldNameTheRestWithAKnownEndFirst() {
        CredentialRing resting = ring.refused(A.content(), Cause.REFUSED, 10, 0).refused(B.content(), Cause.EXHAUSTED, 500, 0)
                .refused(OLD.content(), Cause.EXHAUSTED, 300, 0);

        assertThat(resting.nextEnd()).contains(new Rest(1, Cause.EXHAUSTED, 300));
        assertThat(ring.nextEnd()).isEmpty();
    }

    @Test
    void shouldAlwaysFindAWorkingCredentialWithinOneAttempt() {
        // Given any mixture of states, rests and working keys
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            List<Credential> credentials = new ArrayList<>();
            Map<String, Boolean> works = new HashMap<>();
            for (int i = 0; i < 1 + random.nextInt(5); i++) {
                credentials.add(new Credential("k" + i, State.values()[random.nextInt(3)], 1));
                works.put("k" + i, random.nextBoolean());
            }
            CredentialRing now = CredentialRing.of(credentials);
            boolean isAnyGood = credentials.stream()
                    .anyMatch(each -> each.state() != State.DISABLED && works.getOrDefault(each.name(), false));

            // When an attempt goes on until one is accepted or none is left
            Set<Content> tried = new HashSet<>();
            boolean isAccepted = false;
            for (Optional<Choice> choice = now.choose(tried, round, false, 0); choice.isPresent()
                    && !isAccepted; choice = now.choose(tried, round, false, 0)) {
                Credential chosen = choice.get().credential();
                assertThat(chosen.state()).isNotEqualTo(State.DISABLED);
                assertThat(tried.add(chosen.content())).isTrue();
                isAccepted = works.getOrDefault(chosen.name(), false);
                now = isAccepted ? now.accepted(chosen.content()) : now.refused(chosen.content(), Cause.REFUSED, PAUSE, 0);
            }

            // Then it found a good one if there was one, and only bad ones rest
            assertThat(isAccepted).isEqualTo(isAnyGood);
            assertThat(now.rests().keySet()).noneMatch(name -> works.getOrDefault(name, false));
        }
    }

    private static String name(CredentialRing ring, long turn) {
        return ring.choose(Set.of(), turn, false, 0).orElseThrow().credential().name();
    }
}
