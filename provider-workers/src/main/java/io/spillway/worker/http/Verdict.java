package io.spillway.worker.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.zip.ZipException;

import javax.net.ssl.SSLException;

import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;

import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.spillway.worker.http.TransportFailure.Aborted;
import io.spillway.worker.http.TransportFailure.ConnectionFailed;
import io.spillway.worker.http.TransportFailure.Malformed;
import io.spillway.worker.http.TransportFailure.TimedOut;

/** What an exception means, given what the exchange knows. */
final class Verdict {

    private static final int LONGEST_DETAIL = 160;

    private Verdict() {}

    static TransportFailure of(IOException error, Exchange exchange) {
        SendState sent = exchange.sent();
        Exchange.Cut cut = exchange.cut();
        if (cut != null) {
            return switch (cut) {
                case Exchange.Cut.Expired(TimeoutPhase phase) -> timedOut(sent, phase);
                case Exchange.Cut.Aborted() -> new Aborted(sent);
            };
        }
        return switch (error) {
            case SocketTimeoutException timeout -> timedOut(sent, exchange.phase());
            case BodyReader.UnacceptableBodyException body -> new Malformed(sent, message(body));
            case EgressException refused -> new ConnectionFailed(SendState.NOT_SENT, refused.text());
            case UnknownHostException unknown ->
                new ConnectionFailed(SendState.NOT_SENT, "the endpoint's host name could not be looked up");
            case SSLException tls -> new ConnectionFailed(sent, "TLS failed: " + detail(tls));
            case ConnectException refused -> new ConnectionFailed(SendState.NOT_SENT, "no connection: " + refusal(refused));
            case NoHttpResponseException silent ->
                new ConnectionFailed(sent, "the provider closed the connection without a response");
            case MessageConstraintException constraint -> new Malformed(sent, "the response's head exceeds the limits");
            case MalformedChunkCodingException chunk -> new Malformed(sent, "the response is cut off or badly chunked");
            case ConnectionClosedException closed -> new Malformed(sent, "the response ends before its announced length");
            case ZipException zip -> new Malformed(sent, "the response is not valid gzip");
            case EOFException end -> new Malformed(sent, "the compressed response is cut off");
            case ClientProtocolException protocol -> new Malformed(sent, "the response is not HTTP");
            case InterruptedIOException interrupted -> new Aborted(sent);
            default -> new ConnectionFailed(sent, "the connection broke: " + error.getClass().getSimpleName());
        };
    }

    private static TimedOut timedOut(SendState sent, TimeoutPhase phase) {
        String what = switch (phase) {
            case CONNECT -> "no connection in time";
            case FIRST_BYTE -> "no response in time";
            case IDLE_GAP -> "the response stopped arriving";
            case TOTAL -> "the call took longer than it may";
            case UNKNOWN -> "a time limit was reached";
        };
        return new TimedOut(sent, phase, what);
    }

    private static String refusal(ConnectException error) {
        String text = message(error).toLowerCase(Locale.ROOT);
        return text.contains("refused") ? "refused" : error.getClass().getSimpleName();
    }

    /** TLS alerts and certificate complaints name hosts at most; cut, because certificates can be long. */
    private static String detail(SSLException error) {
        String text = message(error);
        return text.length() <= LONGEST_DETAIL ? text : text.substring(0, LONGEST_DETAIL);
    }

    private static String message(IOException error) {
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}
