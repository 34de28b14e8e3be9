package io.spillway.worker.provider.bedrock;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Puts the credential on a call: a SigV4 signature dated with the instant of the call (AWS refuses one that is more than five minutes
 * off), or an API key. Signed are the host, the body, its type and the headers that AWS reads, so that proxies may add others.
 */
final class RequestSigner {

    /** Not {@code bedrock-runtime}, which is only the host's name. */
    private static final String SERVICE = "bedrock";
    private static final String AUTHORIZATION = "authorization";
    /** Written here; a declared header of that name would break the signature. */
    private static final Set<String> OURS = Set.of(AUTHORIZATION, "host", "x-amz-date", "x-amz-content-sha256",
            "x-amz-security-token");
    private static final Pattern REGION = Pattern.compile("[a-z]{2,8}(?:-[a-z]{2,12}){1,3}-\\d{1,2}");
    private static final Pattern REGIONAL_HOST = Pattern
            .compile("bedrock-runtime(?:-fips)?\\.([a-z0-9-]+)\\.(?:amazonaws\\.com(?:\\.cn)?|amazonaws\\.eu|api\\.aws)");

    private RequestSigner() {}

    static HttpCall authorize(ProviderCall call, HttpCall http) {
        List<HttpCall.Header> headers = new ArrayList<>();
        for (HttpCall.Header header : http.headers()) {
            if (!OURS.contains(header.name().toLowerCase(Locale.ROOT))) {
                headers.add(header.name().equals("Accept") && call.streams()
                        ? new HttpCall.Header("Accept", EventFrames.MEDIA_TYPE)
                        : header);
            }
        }
        switch (AwsCredential.of(call)) {
            case AwsCredential.None() -> {}
            case AwsCredential.ApiKey(String token) -> headers.add(new HttpCall.Header("Authorization", "Bearer " + token));
            case AwsCredential.AccessKey key -> headers.addAll(signature(call, key, http, headers));
        }
        return new HttpCall(http.uri(), headers, http.body());
    }

    private static List<HttpCall.Header> signature(ProviderCall call, AwsCredential.AccessKey key, HttpCall http,
            List<HttpCall.Header> headers) {
        String region = region(call, http);
        SdkHttpRequest.Builder unsigned = SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(http.uri());
        for (HttpCall.Header header : headers) {
            String name = header.name().toLowerCase(Locale.ROOT);
            if (name.equals("content-type") || name.startsWith("x-amz")) {
                unsigned.putHeader(header.name(), header.value());
            }
        }
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(request -> request.identity(identity(key)).request(unsigned.build())
                        .payload(ContentStreamProvider.fromByteArrayUnsafe(http.body()))
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(call.now(), ZoneOffset.UTC)))
                .request();
        List<HttpCall.Header> written = new ArrayList<>();
        for (Map.Entry<String, List<String>> header : signed.headers().entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (OURS.contains(name) && !name.equals("host")) {
                written.add(new HttpCall.Header(header.getKey(), header.getValue().getFirst()));
            }
        }
        return written;
    }

    private static AwsCredentialsIdentity identity(AwsCredential.AccessKey key) {
        return key.sessionToken().isEmpty()
                ? AwsCredentialsIdentity.create(key.id(), key.secret())
                : AwsSessionCredentialsIdentity.create(key.id(), key.secret(), key.sessionToken());
    }

    private static String region(ProviderCall call, HttpCall http) {
        String own = call.deployment().getRegion();
        String region = call.setting("region", own == null ? "" : own);
        if (!REGION.matcher(region).matches()) {
            throw UntranslatableRequestException.unsupportedContent("The deployment's region, or its setting region, is missing "
                    + "or not the name of an AWS region; set it to that of the endpoint, such as eu-central-1.");
        }
        Matcher host = REGIONAL_HOST.matcher(String.valueOf(http.uri().getHost()));
        if (host.matches() && !host.group(1).equals(region)) {
            throw UntranslatableRequestException.unsupportedContent("The deployment's region is not the one in its endpoint; "
                    + "set region, or the setting region, to that of the endpoint.");
        }
        return region;
    }
}
