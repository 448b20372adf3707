import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is under test: replace these methods by those of your implementation. Each throws on what it refuses. */
final class Zmtp {
    private static final String ALPHABET =
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

    record Frame(int flags, byte[] body, int end) { }

    record Property(byte[] name, byte[] value) { }

    private Zmtp() { }

    /** The frame at a place, or null while it is not whole. */
    static Frame frame(byte[] octets, int start) {
        int left = octets.length - start;
        if (left < 2) {
            return null;
        }
        boolean isLong = (octets[start] & 2) != 0;
        int head = isLong ? 9 : 2;
        if (left < head) {
            return null;
        }
        long size = isLong ? ByteBuffer.wrap(octets).getLong(start + 1) : octets[start + 1] & 0xff;
        if (size < 0) {
            throw new IllegalArgumentException("a size has 63 bits");
        }
        if (left - head < size) {
            return null;
        }
        int end = start + head + (int) size;
        return new Frame(octets[start] & 0xff, Arrays.copyOfRange(octets, start + head, end), end);
    }

    /** All properties of metadata. */
    static List<Property> metadata(byte[] octets) {
        List<Property> found = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(octets);
        while (rest.hasRemaining()) {
            byte[] name = take(rest, rest.get() & 0xff);
            if (!new String(name, StandardCharsets.ISO_8859_1).matches("[A-Za-z0-9._+-]+") || rest.remaining() < 4) {
                throw new IllegalArgumentException("a property is malformed");
            }
            found.add(new Property(name, take(rest, rest.getInt())));
        }
        return found;
    }

    private static byte[] take(ByteBuffer rest, int size) {
        if (size < 0 || size > rest.remaining()) {
            throw new IllegalArgumentException("a size says more than there is");
        }
        byte[] taken = new byte[size];
        rest.get(taken);
        return taken;
    }

    static byte[] z85Decode(String text) {
        if (text.length() % 5 != 0) {
            throw new IllegalArgumentException("five characters make four octets");
        }
        ByteBuffer octets = ByteBuffer.allocate(text.length() / 5 * 4);
        for (int start = 0; start < text.length(); start += 5) {
            long value = 0;
            for (char character : text.substring(start, start + 5).toCharArray()) {
                int digit = ALPHABET.indexOf(character);
                if (digit < 0) {
                    throw new IllegalArgumentException("no character of Z85");
                }
                value = value * 85 + digit;
            }
            if (value > 0xffffffffL) {
                throw new IllegalArgumentException("more than 32 bits");
            }
            octets.putInt((int) value);
        }
        return octets.array();
    }

    static String z85Encode(byte[] octets) {
        if (octets.length % 4 != 0) {
            throw new IllegalArgumentException("four octets make five characters");
        }
        StringBuilder text = new StringBuilder();
        for (int start = 0; start < octets.length; start += 4) {
            long value = ByteBuffer.wrap(octets).getInt(start) & 0xffffffffL;
            for (long weight : new long[] {52200625, 614125, 7225, 85, 1}) {
                text.append(ALPHABET.charAt((int) (value / weight % 85)));
            }
        }
        return text.toString();
    }
}
