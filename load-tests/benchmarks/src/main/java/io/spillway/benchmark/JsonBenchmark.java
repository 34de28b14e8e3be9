package io.spillway.benchmark;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import io.spillway.contract.json.ChatRequestJson;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.contract.json.ParsedRequest;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;

/** Requests and answers as JSON, checks included. Attempts never travel as JSON. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class JsonBenchmark {

    private final byte[] requestJson = Samples.requestJson();
    private final byte[] responseJson = Samples.responseJson();
    private final ChatRequest request = Samples.request();
    private final ChatResponse response = Samples.response();

    @Benchmark
    public ParsedRequest readRequest() {
        return ChatRequestJson.parse(requestJson);
    }

    @Benchmark
    public byte[] writeRequest() {
        return ChatRequestJson.write(request);
    }

    @Benchmark
    public ChatResponse readResponse() {
        return ChatResponseJson.parse(responseJson);
    }

    @Benchmark
    public byte[] writeResponse() {
        return ChatResponseJson.write(response);
    }
}
