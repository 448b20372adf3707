import com.neilalexander.jnacl.crypto.curve25519xsalsa20poly1305;
import com.neilalexander.jnacl.crypto.xsalsa20poly1305;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Boxes with jnacl, whose functions have NaCl's oldest form: 32 zeros before a plaintext, 16 before a box.
 *
 * What was opened is sealed again and has to be the same octets: nobody who takes boxes from a network has to trust one
 * comparison alone.
 */
final class Boxes {
    private Boxes() { }

    static byte[] seal(byte[] plaintext, byte[] nonce, byte[] publicKey, byte[] secretKey) {
        byte[] in = before(32, plaintext);
        byte[] out = new byte[in.length];
        checked(curve25519xsalsa20poly1305.crypto_box(out, in, in.length, nonce, publicKey, secretKey));
        return Arrays.copyOfRange(out, 16, out.length);
    }

    static byte[] open(byte[] box, byte[] nonce, byte[] publicKey, byte[] secretKey) {
        byte[] in = before(16, box);
        byte[] out = new byte[in.length];
        checked(curve25519xsalsa20poly1305.crypto_box_open(out, in, in.length, nonce, publicKey, secretKey));
        byte[] plaintext = Arrays.copyOfRange(out, 32, out.length);
        checked(MessageDigest.isEqual(box, seal(plaintext, nonce, publicKey, secretKey)) ? 0 : -1);
        return plaintext;
    }

    static byte[] secretSeal(byte[] plaintext, byte[] nonce, byte[] key) {
        byte[] in = before(32, plaintext);
        byte[] out = new byte[in.length];
        checked(xsalsa20poly1305.crypto_secretbox(out, in, in.length, nonce, key));
        return Arrays.copyOfRange(out, 16, out.length);
    }

    static byte[] secretOpen(byte[] box, byte[] nonce, byte[] key) {
        byte[] in = before(16, box);
        byte[] out = new byte[in.length];
        checked(xsalsa20poly1305.crypto_secretbox_open(out, in, in.length, nonce, key));
        byte[] plaintext = Arrays.copyOfRange(out, 32, out.length);
        checked(MessageDigest.isEqual(box, secretSeal(plaintext, nonce, key)) ? 0 : -1);
        return plaintext;
    }

    private static byte[] before(int zeros, byte[] octets) {
        byte[] whole = new byte[zeros + octets.length];
        System.arraycopy(octets, 0, whole, zeros, octets.length);
        return whole;
    }

    private static void checked(int code) {
        if (code != 0) {
            throw new IllegalArgumentException("the box does not open");
        }
    }
}
