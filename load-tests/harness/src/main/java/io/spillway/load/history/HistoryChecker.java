package io.spillway.load.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares a history with the promises, request by request, in the manner of Jepsen's set-full checker: an acknowledged element must
 * appear, an element that was refused must not, and one without word may do either. Here each must appear exactly once, unchanged, and
 * have been paid for within bounds.
 */
public final class HistoryChecker {

    /**
     * Workers commit what they have begun each 100 ms and call it again when they die before, also when the call was over. A reader
     * notes the answer and the nemesis the crash at slightly different times, too.
     */
    private static final long COMMIT_LAG = Duration.ofMillis(250).toNanos();

    private final History history;
    private final Expectation expectation;
    private final Map<String, Story> stories = new LinkedHashMap<>();
    private final EnumMap<Verdict, List<Evidence>> verdicts = new EnumMap<>(Verdict.class);
    private long recovered;

    /** All that concerns one request id. */
    private record Story(List<Send> sends, List<Answer> answers, List<PaidCall> calls) {

        Story() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        boolean is(Acknowledgement wanted) {
            return sends.stream().anyMatch(send -> send.acknowledgement() == wanted);
        }

        /** Whether the log may hold it. */
        boolean mayBeWritten() {
            return is(Acknowledgement.ACKED) || is(Acknowledgement.UNKNOWN);
        }

        List<Answer> finals() {
            return answers.stream().filter(answer -> !answer.outcome().equals(Answer.CONFLICT)).toList();
        }

        List<Answer> conflicts() {
            return answers.stream().filter(answer -> answer.outcome().equals(Answer.CONFLICT)).toList();
        }

        /** Sends whose body differs from that of another send of the same id. */
        long otherBodies() {
            Set<Long> bodies = new HashSet<>();
            sends.forEach(send -> bodies.add(send.fingerprint()));
            return bodies.size() < 2 ? 0 : sends.size() - 1L;
        }

        List<String> where() {
            List<String> where = new ArrayList<>();
            sends.forEach(send -> where.add(send.where()));
            answers.forEach(answer -> where.add(answer.where()));
            return where;
        }
    }

    private HistoryChecker(History history, Expectation expectation) {
        this.history = history;
        this.expectation = expectation;
        for (Send send : history.sends()) {
            story(send.id()).sends().add(send);
        }
        for (Answer answer : history.answers()) {
            story(answer.id()).answers().add(answer);
        }
        for (PaidCall call : history.paidCalls()) {
            story(call.requestId()).calls().add(call);
        }
    }

    /** What the history proves to be wrong. */
    public static Findings check(History history, Expectation expectation) {
        return new HistoryChecker(history, expectation).check();
    }

    private Findings check() {
        stories.forEach((id, story) -> {
            if (story.mayBeWritten()) {
                presence(id, story);
                repetition(id, story);
                payments(id, story);
            } else {
                uninvited(id, story);
            }
            content(id, story);
            policy(id, story);
        });
        Set<Verdict> unchecked = EnumSet.noneOf(Verdict.class);
        history.charges().ifPresentOrElse(this::charges, () -> unchecked.add(Verdict.MISCHARGE));
        return new Findings(verdicts, unchecked, counts());
    }

    private void presence(String id, Story story) {
        List<Answer> finals = story.finals();
        if (finals.isEmpty()) {
            if (story.is(Acknowledgement.ACKED)) {
                found(Verdict.LOST, id, "acknowledged and never answered", story.where());
            }
            return;
        }
        if (!story.is(Acknowledgement.ACKED)) {
            recovered++;
        }
        long sent = story.sends().stream().mapToLong(Send::intendedNanos).min().orElse(0);
        long took = finals.getFirst().readNanos() - sent;
        if (took > expectation.latest().toNanos()) {
            found(Verdict.LOST, id,
                    "answered after " + took / 1_000_000 + " ms, promised within " + expectation.latest().toMillis(),
                    story.where());
        }
    }

    private void repetition(String id, Story story) {
        List<Answer> finals = story.finals();
        if (finals.size() > 1) {
            found(Verdict.DUPLICATE, id, finals.size() + " answers", story.where());
        }
        if (story.conflicts().size() > story.otherBodies()) {
            found(Verdict.UNEXPECTED, id, story.conflicts().size() + " conflicts reported for " + story.otherBodies()
                    + " sends with another body", story.where());
        }
        for (Answer later : finals.subList(Math.min(1, finals.size()), finals.size())) {
            Answer first = finals.getFirst();
            if (later.fingerprint() != first.fingerprint() || !later.outcome().equals(first.outcome())) {
                found(Verdict.MUTATED, id, "first " + first.outcome() + ", later a different " + later.outcome(),
                        List.of(first.where(), later.where()));
            }
        }
    }

    private void uninvited(String id, Story story) {
        String asked = story.sends().isEmpty() ? "nobody sent this request" : "the send was refused";
        if (!story.answers().isEmpty()) {
            found(Verdict.UNEXPECTED, id, "an answer, but " + asked, story.where());
        }
        if (!story.calls().isEmpty()) {
            found(Verdict.UNEXPECTED, id, "a paid call, but " + asked, story.calls().stream().map(PaidCall::where).toList());
        }
    }

    private void content(String id, Story story) {
        for (Answer answer : story.finals()) {
            if (!expectation.outcomes().contains(answer.outcome())) {
                found(Verdict.UNEXPECTED, id, "outcome " + answer.outcome() + ", expected " + expectation.outcomes(),
                        List.of(answer.where()));
            } else if (answer.outcome().equals(Answer.OK) && !answer.fits()) {
                found(Verdict.MUTATED, id, "the answer belongs to another request", List.of(answer.where()));
            }
        }
    }

    /** An attempt is called once, unless a process died with it: so calls are bounded by attempts and by crashes of the time. */
    private void payments(String id, Story story) {
        long begin = story.sends().stream().mapToLong(Send::intendedNanos).min().orElse(0);
        long end = story.finals().isEmpty() ? Long.MAX_VALUE - COMMIT_LAG : story.finals().getFirst().readNanos();
        long crashes = history.interruptions().stream()
                .filter(crash -> crash.atNanos() >= begin && crash.atNanos() <= end + COMMIT_LAG)
                .count();
        int attempts = story.finals().isEmpty() ? 0 : story.finals().getFirst().attempts();
        long cap = attempts > 0 ? Math.min(attempts, expectation.paidCallCap()) : expectation.paidCallCap();
        if (story.calls().size() > cap + crashes) {
            found(Verdict.OVERCALL, id,
                    story.calls().size() + " paid calls; " + cap + " for attempts and " + crashes + " for crashes are allowed",
                    story.calls().stream().map(PaidCall::where).toList());
        }
        long answered = story.finals().stream().filter(answer -> answer.outcome().equals(Answer.OK)).count();
        if (answered > 0 && story.calls().isEmpty()) {
            found(Verdict.UNEXPECTED, id, "an answer that no provider gave", story.where());
        }
    }

    private void policy(String id, Story story) {
        if (story.sends().isEmpty()) {
            return;
        }
        Set<String> allowed = expectation.deployments().getOrDefault(story.sends().getFirst().route(), Set.of());
        for (Answer answer : story.answers()) {
            if (!answer.deployment().isEmpty() && !allowed.contains(answer.deployment())) {
                found(Verdict.LEAK, id, "answered by " + answer.deployment() + ", allowed " + allowed, List.of(answer.where()));
            }
        }
        for (PaidCall call : story.calls()) {
            if (!allowed.contains(call.deployment())) {
                found(Verdict.LEAK, id, "sent to " + call.deployment() + ", allowed " + allowed, List.of(call.where()));
            }
        }
    }

    private record Tokens(long prompt, long completion, long times) {

        Tokens plus(long morePrompt, long moreCompletion) {
            return new Tokens(prompt + morePrompt, completion + moreCompletion, times + 1);
        }
    }

    private void charges(List<Charge> charges) {
        Map<String, Tokens> owed = new HashMap<>();
        for (PaidCall call : history.paidCalls()) {
            owed.merge(key(call.requestId(), call.attempt(), call.deployment()),
                    new Tokens(call.promptTokens(), call.completionTokens(), 1),
                    (sum, one) -> sum.plus(one.prompt(), one.completion()));
        }
        Map<String, Tokens> charged = new HashMap<>();
        for (Charge charge : charges) {
            charged.merge(key(charge.requestId(), charge.attempt(), charge.deployment()),
                    new Tokens(charge.promptTokens(), charge.completionTokens(), 1),
                    (sum, one) -> sum.plus(one.prompt(), one.completion()));
        }
        Set<String> keys = new java.util.TreeSet<>(owed.keySet());
        keys.addAll(charged.keySet());
        Tokens nothing = new Tokens(0, 0, 0);
        for (String key : keys) {
            Tokens due = owed.getOrDefault(key, nothing);
            Tokens booked = charged.getOrDefault(key, nothing);
            if (!due.equals(booked)) {
                found(Verdict.MISCHARGE, key.substring(0, key.indexOf('\n')), "owed " + due + ", charged " + booked,
                        List.of(key.replace('\n', ' ')));
            }
        }
    }

    private static String key(String requestId, int attempt, String deployment) {
        return requestId + '\n' + attempt + '\n' + deployment;
    }

    private Findings.Counts counts() {
        List<Story> sent = stories.values().stream().filter(story -> !story.sends().isEmpty()).toList();
        long acknowledged = sent.stream().filter(story -> story.is(Acknowledgement.ACKED)).count();
        long answered = sent.stream().filter(story -> !story.finals().isEmpty()).count();
        long called = stories.values().stream().filter(story -> !story.calls().isEmpty()).count();
        long errors = history.answers().stream().filter(answer -> !answer.outcome().equals(Answer.OK)).count();
        return new Findings.Counts(sent.size(), acknowledged, answered, recovered, history.sends().size() - sent.size(),
                history.paidCalls().size(), history.paidCalls().size() - called, errors);
    }

    private void found(Verdict verdict, String id, String detail, List<String> where) {
        verdicts.computeIfAbsent(verdict, key -> new ArrayList<>()).add(new Evidence(id, detail, where));
    }

    private Story story(String id) {
        return stories.computeIfAbsent(id, key -> new Story());
    }
}
