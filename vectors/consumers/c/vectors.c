/* Reads the vectors and holds the functions of zmtp.c, and libsodium, against them. Run: make test */
#include "zmtp.h"

#include <jansson.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t *at;
    size_t size;
} octets_t;

static int checked, transcripts, steps, boxes, wrong;

static octets_t room(size_t size)
{
    octets_t octets = {malloc(size + 1), size};
    if (!octets.at)
        abort();
    return octets;
}

/* The octets of a field that holds hexadecimal digits; none if the field is not there. */
static octets_t hex(const json_t *object, const char *name)
{
    const char *digits = json_string_value(json_object_get(object, name));
    octets_t octets = room(digits ? strlen(digits) / 2 : 0);
    if (digits)
        sodium_hex2bin(octets.at, octets.size, digits, strlen(digits), NULL, NULL, NULL);
    return octets;
}

static bool equal(const uint8_t *at, size_t size, const json_t *object, const char *name)
{
    octets_t wanted = hex(object, name);
    bool same = wanted.size == size && memcmp(wanted.at, at, size) == 0;
    free(wanted.at);
    return same;
}

/* For each type of group: whether the input is accepted, and what comes out is what is expected. */

static bool one_frame(const json_t *in, const json_t *out)
{
    octets_t octets = hex(in, "octets");
    zmtp_frame_t frame;
    bool good = zmtp_frame(octets.at, octets.size, &frame) == (int64_t) octets.size
                && (!out || equal(frame.body, frame.size, out, "body"));
    free(octets.at);
    return good;
}

static bool stream(const json_t *in, const json_t *out)
{
    octets_t octets = hex(in, "octets");
    size_t place = 0, index;
    bool good = true;
    json_t *expected;
    zmtp_frame_t frame;
    json_array_foreach(json_object_get(out, "frames"), index, expected) {
        int64_t size = zmtp_frame(octets.at + place, octets.size - place, &frame);
        good = good && size > 0 && equal(frame.body, frame.size, expected, "body")
               && frame.flags == json_integer_value(json_object_get(expected, "flags"));
        place += size > 0 ? (size_t) size : 0;
    }
    good = good && zmtp_frame(octets.at + place, octets.size - place, &frame) == ZMTP_SHORT
           && octets.size - place == (size_t) json_integer_value(json_object_get(out, "left"));
    free(octets.at);
    return good;
}

static bool metadata(const json_t *in, const json_t *out)
{
    octets_t octets = hex(in, "octets");
    const json_t *properties = json_object_get(out, "properties");
    size_t place = 0, index = 0;
    bool good = true;
    while (good && place < octets.size) {
        zmtp_property_t found;
        int64_t size = zmtp_property(octets.at + place, octets.size - place, &found);
        const json_t *expected = json_array_get(properties, index++);
        good = size > 0 && (!out || (equal(found.name, found.name_size, expected, "name")
                                     && equal(found.value, found.value_size, expected, "value")));
        place += size > 0 ? (size_t) size : 0;
    }
    free(octets.at);
    return good && (!out || index == json_array_size(properties));
}

static bool z85_decode(const json_t *in, const json_t *out)
{
    octets_t text = hex(in, "text"), octets = room(text.size);
    int64_t size = zmtp_z85_decode(text.at, text.size, octets.at);
    bool good = size >= 0 && (!out || equal(octets.at, (size_t) size, out, "octets"));
    free(text.at);
    free(octets.at);
    return good;
}

static bool z85_encode(const json_t *in, const json_t *out)
{
    octets_t octets = hex(in, "octets"), text = room(octets.size * 2);
    int64_t size = zmtp_z85_encode(octets.at, octets.size, text.at);
    bool good = size >= 0 && (!out || equal(text.at, (size_t) size, out, "text"));
    free(text.at);
    free(octets.at);
    return good;
}

static bool box(const json_t *in, const json_t *out)
{
    octets_t sealed = hex(in, "box"), nonce = hex(in, "nonce"), ours = hex(in, "receiver_secret");
    octets_t theirs = hex(in, "sender_public"), public = hex(in, "receiver_public"), secret = hex(in, "sender_secret");
    octets_t plain = room(sealed.size), again = room(sealed.size);
    bool good = crypto_box_open_easy(plain.at, sealed.at, sealed.size, nonce.at, theirs.at, ours.at) == 0;
    if (good && out) {
        size_t size = sealed.size - crypto_box_MACBYTES;
        good = equal(plain.at, size, out, "plaintext")
               && crypto_box_easy(again.at, plain.at, size, nonce.at, public.at, secret.at) == 0
               && memcmp(again.at, sealed.at, sealed.size) == 0;
    }
    octets_t all[] = {sealed, nonce, ours, theirs, public, secret, plain, again};
    for (size_t place = 0; place < sizeof all / sizeof *all; place++)
        free(all[place].at);
    return good;
}

static bool secret_box(const json_t *in, const json_t *out)
{
    octets_t sealed = hex(in, "box"), nonce = hex(in, "nonce"), key = hex(in, "key");
    octets_t plain = room(sealed.size), again = room(sealed.size);
    bool good = crypto_secretbox_open_easy(plain.at, sealed.at, sealed.size, nonce.at, key.at) == 0;
    if (good && out) {
        size_t size = sealed.size - crypto_secretbox_MACBYTES;
        crypto_secretbox_easy(again.at, plain.at, size, nonce.at, key.at);
        good = equal(plain.at, size, out, "plaintext") && memcmp(again.at, sealed.at, sealed.size) == 0;
    }
    octets_t all[] = {sealed, nonce, key, plain, again};
    for (size_t place = 0; place < sizeof all / sizeof *all; place++)
        free(all[place].at);
    return good;
}

static const struct {
    const char *type;
    bool (*accepts)(const json_t *in, const json_t *out);
} types[] = {
    {"Frame", one_frame},       {"FrameStream", stream}, {"Metadata", metadata},     {"Z85Decode", z85_decode},
    {"Z85Encode", z85_encode}, {"Box", box},            {"SecretBox", secret_box},
};

static json_t *load(const char *folder, const char *name)
{
    char path[4096];
    json_error_t error;
    snprintf(path, sizeof path, "%s/%s.json", folder, name);
    json_t *whole = json_load_file(path, 0, &error);
    if (!whole) {
        fprintf(stderr, "%s: %s\n", path, error.text);
        exit(2);
    }
    return whole;
}

static void single_shots(const char *folder, const char *name)
{
    json_t *whole = load(folder, name), *group, *test;
    size_t of_group, of_test;
    json_array_foreach(json_object_get(whole, "groups"), of_group, group) {
        const char *type = json_string_value(json_object_get(group, "type"));
        for (size_t place = 0; place < sizeof types / sizeof *types; place++) {
            if (strcmp(types[place].type, type) != 0)
                continue;
            json_array_foreach(json_object_get(group, "tests"), of_test, test) {
                const char *result = json_string_value(json_object_get(test, "result"));
                if (strcmp(result, "acceptable") == 0)
                    continue;
                bool valid = strcmp(result, "valid") == 0;
                const json_t *out = valid ? json_object_get(test, "expected") : NULL;
                if (types[place].accepts(json_object_get(test, "inputs"), out) != valid) {
                    wrong++;
                    printf("%s: %s is %s\n", json_string_value(json_object_get(test, "id")),
                           json_string_value(json_object_get(test, "comment")), result);
                }
                checked++;
            }
        }
    }
    json_decref(whole);
}

/* A transcript: make the octets of a step from its fields, keys and nonces, and open every box again. */

static octets_t made(const json_t *fields, const json_t *keys);

static octets_t sealed(const json_t *seal, const json_t *keys)
{
    octets_t plain = made(json_object_get(seal, "fields"), keys), nonce = hex(seal, "nonce");
    octets_t whole = room(plain.size + crypto_box_MACBYTES), again = room(plain.size);
    const char *key = json_string_value(json_object_get(seal, "key"));
    boxes++;
    if (key) {
        octets_t secret = hex(keys, key);
        crypto_secretbox_easy(whole.at, plain.at, plain.size, nonce.at, secret.at);
        free(secret.at);
    } else {
        /* The secret half of "C'" is "c'". */
        const char *from = json_string_value(json_object_get(seal, "from"));
        const char *to = json_string_value(json_object_get(seal, "to"));
        char small_from[3] = {(char) (from[0] | 0x20), from[1]}, small_to[3] = {(char) (to[0] | 0x20), to[1]};
        octets_t public = hex(keys, to), secret = hex(keys, small_from);
        octets_t theirs = hex(keys, from), ours = hex(keys, small_to);
        if (crypto_box_easy(whole.at, plain.at, plain.size, nonce.at, public.at, secret.at) != 0
            || crypto_box_open_easy(again.at, whole.at, whole.size, nonce.at, theirs.at, ours.at) != 0
            || memcmp(again.at, plain.at, plain.size) != 0)
            wrong++;
        free(public.at), free(secret.at), free(theirs.at), free(ours.at);
    }
    free(plain.at), free(nonce.at), free(again.at);
    return whole;
}

static octets_t made(const json_t *fields, const json_t *keys)
{
    octets_t whole = room(0);
    size_t index;
    json_t *one;
    json_array_foreach(fields, index, one) {
        const json_t *seal = json_object_get(one, "seal"), *below = json_object_get(one, "fields");
        octets_t part = seal ? sealed(seal, keys) : below ? made(below, keys) : hex(one, "octets");
        octets_t longer = room(whole.size + part.size);
        memcpy(longer.at, whole.at, whole.size);
        memcpy(longer.at + whole.size, part.at, part.size);
        free(whole.at), free(part.at);
        whole = longer;
    }
    return whole;
}

static void replay(const json_t *transcript)
{
    size_t index;
    json_t *step;
    json_array_foreach(json_object_get(transcript, "steps"), index, step) {
        const json_t *fields = json_object_get(step, "fields");
        if (!fields)
            continue;
        octets_t body = made(fields, json_object_get(transcript, "keys")), octets = hex(step, "octets");
        zmtp_frame_t frame = {0, octets.at, octets.size};
        bool framed = strcmp(json_string_value(json_object_get(step, "name")), "greeting") != 0;
        if ((framed && zmtp_frame(octets.at, octets.size, &frame) != (int64_t) octets.size)
            || frame.size != body.size || memcmp(frame.body, body.at, body.size) != 0) {
            wrong++;
            printf("%s: step %zu is not made again\n", json_string_value(json_object_get(transcript, "comment")), index);
        }
        free(body.at), free(octets.at);
        steps++;
    }
    transcripts++;
}

int main(int count, char **arguments)
{
    const char *folder = count > 1 ? arguments[1] : "../..";
    static const char *files[] = {"frame", "metadata", "z85", "box"};
    if (sodium_init() < 0)
        return 2;
    for (size_t place = 0; place < sizeof files / sizeof *files; place++)
        single_shots(folder, files[place]);
    json_t *whole = load(folder, "transcripts/curve"), *transcript;
    size_t index;
    json_array_foreach(json_object_get(whole, "transcripts"), index, transcript)
        replay(transcript);
    json_decref(whole);
    printf("checked %d tests, %d transcripts, %d steps, %d boxes; %d wrong\n", checked, transcripts, steps, boxes, wrong);
    return wrong || !checked || !steps;
}
