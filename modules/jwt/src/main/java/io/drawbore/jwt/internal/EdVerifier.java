package io.drawbore.jwt.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Set;

/** Judges signatures of Ed25519, by the JDK. Any thread. */
final class EdVerifier extends BaseJWSProvider implements JWSVerifier {
    private final PublicKey key;

    EdVerifier(PublicKey key) {
        super(Set.of(JWSAlgorithm.EdDSA));
        this.key = key;
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signed, Base64URL given) throws JOSEException {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(signed);
            return signature.verify(given.decode());
        } catch (SignatureException none) {
            return false;
        } catch (GeneralSecurityException impossible) {
            throw new JOSEException(impossible.getMessage(), impossible);
        }
    }
}
