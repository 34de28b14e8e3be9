package io.spillway.worker.http;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A certificate authority of the test's own, made by the JDK's keytool; nothing is checked in that could expire. */
final class TestCertificates {

    static final String PROVIDER = "provider.example";
    private static final String PASSWORD = "changeit";
    private static final String OWN_NAMES = "san=ip:127.0.0.1,dns:" + PROVIDER;

    private final Path folder;

    private TestCertificates(Path folder) {
        this.folder = folder;
    }

    static TestCertificates create(Path folder) throws IOException, InterruptedException {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.keytool("-genkeypair", "-alias", "ca", "-dname", "CN=test authority", "-ext", "bc:c", "-validity", "30");
        certificates.keytool("-exportcert", "-rfc", "-alias", "ca", "-file", certificates.authorities().toString());
        certificates.signed("good", "-validity", "30", "-ext", OWN_NAMES);
        certificates.signed("expired", "-startdate", "-10d", "-validity", "5", "-ext", OWN_NAMES);
        certificates.signed("misnamed", "-validity", "30", "-ext", "san=ip:127.0.0.9,dns:other.example");
        certificates.keytool("-genkeypair", "-alias", "self-signed", "-dname", "CN=stranger", "-validity", "30", "-ext",
                OWN_NAMES);
        return certificates;
    }

    /** The authority, in PEM form. */
    Path authorities() {
        return folder.resolve("ca.pem");
    }

    /** A listener on loopback that shows this certificate. */
    SSLServerSocket listener(String alias) throws IOException {
        try {
            KeyStore all = KeyStore.getInstance(folder.resolve("keys.p12").toFile(), PASSWORD.toCharArray());
            KeyStore one = KeyStore.getInstance(KeyStore.getDefaultType());
            one.load(null, null);
            one.setKeyEntry(alias, all.getKey(alias, PASSWORD.toCharArray()), PASSWORD.toCharArray(),
                    all.getCertificateChain(alias));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(one, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 100,
                    InetAddress.getLoopbackAddress());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void signed(String alias, String... more) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-signer", "ca", "-dname", "CN=" + alias));
        all.addAll(List.of(more));
        keytool(all.toArray(String[]::new));
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", folder.resolve("keys.p12").toString(), "-storepass", PASSWORD));
        if (arguments[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        }
        Path output = Files.createTempFile(folder, "keytool", ".log");
        int exit = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();
        if (exit != 0) {
            throw new IOException("keytool failed: " + Files.readString(output, StandardCharsets.UTF_8));
        }
    }
}
