import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Reads the vectors and holds the methods of Zmtp, and jnacl, against them. */
class VectorsTest {
    private int steps;
    private int boxes;

    private static JsonObject load(String name) throws IOException {
        return JsonParser.parseString(Files.readString(Path.of("../..", name + ".json"))).getAsJsonObject();
    }

    private static byte[] hex(JsonElement text) {
        return HexFormat.of().parseHex(text.getAsString());
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** For each type of group: give the inputs to the method, and compare what comes out where something is expected. */
    private static final Map<String, BiConsumer<JsonObject, JsonObject>> TYPES = Map.of(
            "Frame", (in, out) -> {
                Zmtp.Frame frame = Zmtp.frame(hex(in.get("octets")), 0);
                if (out != null) {
                    assertArrayEquals(hex(out.get("body")), frame.body());
                }
            },
            "FrameStream", (in, out) -> {
                byte[] octets = hex(in.get("octets"));
                int place = 0;
                for (JsonElement expected : out.getAsJsonArray("frames")) {
                    Zmtp.Frame frame = Zmtp.frame(octets, place);
                    assertArrayEquals(hex(expected.getAsJsonObject().get("body")), frame.body());
                    assertEquals(expected.getAsJsonObject().get("flags").getAsInt(), frame.flags());
                    place = frame.end();
                }
                assertNull(Zmtp.frame(octets, place));
                assertEquals(out.get("left").getAsInt(), octets.length - place);
            },
            "Metadata", (in, out) -> {
                List<Zmtp.Property> found = Zmtp.metadata(hex(in.get("octets")));
                JsonArray expected = out == null ? new JsonArray() : out.getAsJsonArray("properties");
                for (int place = 0; place < expected.size(); place++) {
                    JsonObject one = expected.get(place).getAsJsonObject();
                    assertArrayEquals(hex(one.get("name")), found.get(place).name());
                    assertArrayEquals(hex(one.get("value")), found.get(place).value());
                }
                assertEquals(out == null ? found.size() : expected.size(), found.size());
            },
            "Z85Decode", (in, out) -> {
                byte[] octets = Zmtp.z85Decode(text(hex(in.get("text"))));
                if (out != null) {
                    assertArrayEquals(hex(out.get("octets")), octets);
                }
            },
            "Z85Encode", (in, out) -> {
                String found = Zmtp.z85Encode(hex(in.get("octets")));
                if (out != null) {
                    assertEquals(text(hex(out.get("text"))), found);
                }
            },
            "Box", (in, out) -> {
                byte[] box = hex(in.get("box"));
                byte[] nonce = hex(in.get("nonce"));
                byte[] plaintext = Boxes.open(box, nonce, hex(in.get("sender_public")), hex(in.get("receiver_secret")));
                if (out != null) {
                    assertArrayEquals(hex(out.get("plaintext")), plaintext);
                    byte[] again = Boxes.seal(plaintext, nonce, hex(in.get("receiver_public")), hex(in.get("sender_secret")));
                    assertArrayEquals(box, again);
                }
            },
            "SecretBox", (in, out) -> {
                byte[] box = hex(in.get("box"));
                byte[] plaintext = Boxes.secretOpen(box, hex(in.get("nonce")), hex(in.get("key")));
                if (out != null) {
                    assertArrayEquals(hex(out.get("plaintext")), plaintext);
                    assertArrayEquals(box, Boxes.secretSeal(plaintext, hex(in.get("nonce")), hex(in.get("key"))));
                }
            });

    @Test
    void singleShots() throws IOException {
        int checked = 0;
        for (String file : List.of("frame", "metadata", "z85", "box")) {
            for (JsonElement group : load(file).getAsJsonArray("groups")) {
                var run = TYPES.get(group.getAsJsonObject().get("type").getAsString());
                if (run == null) {
                    continue;
                }
                for (JsonElement element : group.getAsJsonObject().getAsJsonArray("tests")) {
                    JsonObject test = element.getAsJsonObject();
                    String said = test.get("id").getAsString() + " " + test.get("comment").getAsString();
                    JsonObject in = test.getAsJsonObject("inputs");
                    switch (test.get("result").getAsString()) {
                        case "valid" -> assertDoesNotThrow(() -> run.accept(in, test.getAsJsonObject("expected")), said);
                        case "invalid" -> assertThrows(IllegalArgumentException.class, () -> run.accept(in, null), said);
                        default -> checked--;
                    }
                    checked++;
                }
            }
        }
        System.out.println("checked " + checked + " tests");
    }

    /** The octets of fields, made from keys and nonces; every box is opened again. */
    private byte[] made(JsonArray fields, JsonObject keys) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (JsonElement element : fields) {
            JsonObject one = element.getAsJsonObject();
            if (one.has("octets")) {
                whole.writeBytes(hex(one.get("octets")));
            } else if (one.has("fields")) {
                whole.writeBytes(made(one.getAsJsonArray("fields"), keys));
            } else {
                whole.writeBytes(sealed(one.getAsJsonObject("seal"), keys));
            }
        }
        return whole.toByteArray();
    }

    private byte[] sealed(JsonObject seal, JsonObject keys) {
        byte[] plaintext = made(seal.getAsJsonArray("fields"), keys);
        byte[] nonce = hex(seal.get("nonce"));
        boxes++;
        if (seal.has("key")) {
            return Boxes.secretSeal(plaintext, nonce, hex(keys.get(seal.get("key").getAsString())));
        }
        String from = seal.get("from").getAsString();
        String to = seal.get("to").getAsString();
        byte[] box = Boxes.seal(plaintext, nonce, hex(keys.get(to)), hex(keys.get(from.toLowerCase(Locale.ROOT))));
        byte[] again = Boxes.open(box, nonce, hex(keys.get(from)), hex(keys.get(to.toLowerCase(Locale.ROOT))));
        assertArrayEquals(plaintext, again);
        return box;
    }

    @Test
    void transcripts() throws IOException {
        JsonArray all = load("transcripts/curve").getAsJsonArray("transcripts");
        for (JsonElement element : all) {
            JsonObject transcript = element.getAsJsonObject();
            for (JsonElement one : transcript.getAsJsonArray("steps")) {
                JsonObject step = one.getAsJsonObject();
                if (!step.has("fields")) {
                    continue;
                }
                byte[] body = made(step.getAsJsonArray("fields"), transcript.getAsJsonObject("keys"));
                if (!step.get("name").getAsString().equals("greeting")) {
                    int flags = step.get("flags").getAsInt();
                    ByteBuffer frame = ByteBuffer.allocate(((flags & 2) != 0 ? 9 : 2) + body.length).put((byte) flags);
                    frame = (flags & 2) != 0 ? frame.putLong(body.length) : frame.put((byte) body.length);
                    body = frame.put(body).array();
                }
                assertArrayEquals(hex(step.get("octets")), body, transcript.get("comment").getAsString());
                steps++;
            }
        }
        System.out.println("checked " + all.size() + " transcripts, " + steps + " steps, " + boxes + " boxes");
    }
}
