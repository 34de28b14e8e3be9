package io.spillway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.simulator.ReplySender.Payload;
import io.spillway.simulator.dialect.Answer;
import io.spillway.simulator.dialect.ChatCall;
import io.spillway.simulator.dialect.RateFacts;
import io.spillway.simulator.wire.Connection;
import io.spillway.simulator.wire.RequestHandler.Next;
import io.spillway.simulator.wire.ResponseHead;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a completing behaviour makes of an answer: the figures it shows, the outcome to log, and the bytes. */
record CompletionReply(Call call, ChatCall chat, Behaviour.Completing behaviour, RateFacts rate) {

    /** The answer as this behaviour shows and charges it. */
    Answer shown(Answer answer, Tokens tokens) {
        return switch (behaviour) {
            case Behaviour.Huge(long bytes) -> new Answer(ReplySender.FILL_MARK, Optional.empty(), Answer.Finish.STOP,
                    answer.promptTokens(), answer.cachedTokens(), tokens.ofChars((int) Math.min(bytes, 1_000_000_000)), 0);
            case Behaviour.EmptyChoices() -> new Answer("", Optional.empty(), answer.finish(), answer.promptTokens(),
                    answer.cachedTokens(), 0, 0);
            case Behaviour.Healthy _,Behaviour.Drip _,Behaviour.Garbage _,Behaviour.ErrorBody _,Behaviour.NoUsage _,Behaviour.Truncated _,Behaviour.HalfClosed _,Behaviour.ResetMidBody _,Behaviour.Stalled _,Behaviour.ErrorMidway _ ->
                answer;
        };
    }

    CallOutcome outcome() {
        return switch (behaviour) {
            case Behaviour.Healthy _ -> CallOutcome.ANSWERED;
            case Behaviour.Drip _ -> CallOutcome.DRIPPED;
            case Behaviour.Garbage _ -> CallOutcome.GARBAGE;
            case Behaviour.ErrorBody _ -> CallOutcome.ERROR_BODY;
            case Behaviour.EmptyChoices _ -> CallOutcome.EMPTY_CHOICES;
            case Behaviour.NoUsage _ -> CallOutcome.NO_USAGE;
            case Behaviour.Truncated _ -> CallOutcome.TRUNCATED;
            case Behaviour.HalfClosed _ -> CallOutcome.HALF_CLOSED;
            case Behaviour.ResetMidBody _ -> CallOutcome.RESET_MID_BODY;
            case Behaviour.Stalled _ -> CallOutcome.STALLED;
            case Behaviour.ErrorMidway _ -> CallOutcome.ERROR_MIDWAY;
            case Behaviour.Huge _ -> CallOutcome.HUGE;
        };
    }

    Next send(Answer answer) throws IOException, InterruptedException {
        Connection connection = call.connection();
        return switch (behaviour) {
            case Behaviour.Garbage() -> ReplySender.plain(connection, head(false), Payload.proxyPage());
            case Behaviour.ErrorBody() -> ReplySender.plain(connection, head(false),
                    Payload.json(brokenInside()));
            case Behaviour.Healthy _ -> ReplySender.plain(connection, head(chat.stream()), payload(answer, Answer.Shape.FULL));
            case Behaviour.NoUsage() ->
                ReplySender.plain(connection, head(chat.stream()), payload(answer, Answer.Shape.NO_USAGE));
            case Behaviour.EmptyChoices() ->
                ReplySender.plain(connection, head(chat.stream()), payload(answer, Answer.Shape.NO_CHOICES));
            case Behaviour.Drip(Duration gap) ->
                ReplySender.drip(connection, head(chat.stream()), payload(answer, Answer.Shape.FULL), gap);
            case Behaviour.Truncated(Behaviour.Truncated.Cut cut) ->
                ReplySender.truncated(connection, head(chat.stream()), payload(answer, Answer.Shape.FULL), cut);
            case Behaviour.HalfClosed() ->
                ReplySender.halfClosed(connection, head(chat.stream()), payload(answer, Answer.Shape.FULL));
            case Behaviour.ResetMidBody() ->
                ReplySender.resetMidBody(connection, head(chat.stream()), payload(answer, Answer.Shape.FULL));
            case Behaviour.Stalled(Duration atMost) -> ReplySender.stalled(connection, head(chat.stream()),
                    payload(answer, Answer.Shape.FULL), call.dialect().signOfLife(), atMost);
            case Behaviour.ErrorMidway() -> chat.stream()
                    ? ReplySender.plain(connection, head(true), brokenMidway(payload(answer, Answer.Shape.FULL)))
                    : ReplySender.plain(connection, head(false), Payload.json(brokenInside()));
            case Behaviour.Huge(long bytes) ->
                ReplySender.huge(connection, head(chat.stream()), payload(answer, Answer.Shape.FULL), bytes);
        };
    }

    private ResponseHead head(boolean stream) {
        ResponseHead head = new ResponseHead(200).add("content-type",
                stream ? call.dialect().streamType() : "application/json");
        call.dialect().addHeaders(head, call.facts(), rate);
        return head;
    }

    private JsonNode brokenInside() {
        return call.dialect().errorBody(call.dialect().brokenInside(), call.facts());
    }

    private Payload brokenMidway(Payload whole) {
        List<byte[]> pieces = new ArrayList<>(whole.pieces().subList(0, whole.pieces().size() / 2));
        pieces.add(call.dialect().streamError(brokenInside()));
        return new Payload(pieces, true);
    }

    private Payload payload(Answer answer, Answer.Shape shape) {
        if (chat.stream()) {
            return new Payload(call.dialect().stream(chat, answer, shape, call.facts()), true);
        }
        return Payload.json(call.dialect().completion(chat, answer, shape, call.facts()));
    }
}
