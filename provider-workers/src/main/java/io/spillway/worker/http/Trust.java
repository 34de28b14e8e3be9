package io.spillway.worker.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import org.jspecify.annotations.Nullable;

/** Whose certificates are believed. There is no way to believe all of them. */
public final class Trust {

    private Trust() {}

    /**
     * The JVM's own certificate authorities and those in a file of PEM certificates: for model servers behind a private
     * authority, beside providers behind public ones.
     *
     * @throws IllegalArgumentException when the file holds no readable certificates; the message says what to do
     */
    public static SSLContext withAuthorities(Path file) {
        try {
            Collection<? extends Certificate> authorities = read(file);
            if (authorities.isEmpty()) {
                throw unusable(file);
            }
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null);
            int number = 0;
            for (TrustManager manager : managers(null)) {
                if (manager instanceof X509TrustManager trusting) {
                    for (X509Certificate certificate : trusting.getAcceptedIssuers()) {
                        all.setCertificateEntry("jvm-" + number++, certificate);
                    }
                }
            }
            for (Certificate certificate : authorities) {
                all.setCertificateEntry("file-" + number++, certificate);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(all), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file);
        }
    }

    private static Collection<? extends Certificate> read(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static IllegalArgumentException unusable(Path file) {
        return new IllegalArgumentException(
                "'" + file + "' holds no readable certificates; give it X.509 certificates in PEM form");
    }
}
