package io.drawbore.jwt.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Who signs, and who judges signatures. Any thread.
 *
 * @param signer null where tokens are read only
 */
record JwtKeys(JWSAlgorithm algorithm, @Nullable JWSSigner signer, JWSVerifier verifier) {
    /** Whether what one signs is good to the other. */
    boolean belongTogether() throws JOSEException {
        byte[] text = "drawbore".getBytes(StandardCharsets.UTF_8);
        JWSHeader header = new JWSHeader(algorithm);
        return signer != null && verifier.verify(header, text, signer.sign(header, text));
    }
}
