#include "zmtp.h"

#include <string.h>

static const char alphabet[] =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

static uint64_t number(const uint8_t *octets, size_t count)
{
    uint64_t value = 0;
    while (count--)
        value = value << 8 | *octets++;
    return value;
}

int64_t zmtp_frame(const uint8_t *octets, size_t size, zmtp_frame_t *frame)
{
    if (size < 2)
        return ZMTP_SHORT;
    size_t head = octets[0] & 2 ? 9 : 2;
    if (size < head)
        return ZMTP_SHORT;
    uint64_t body = number(octets + 1, head - 1);
    if (body >> 63)
        return ZMTP_MALFORMED;
    if (size - head < body) /* not head + body > size, which overflows */
        return ZMTP_SHORT;
    *frame = (zmtp_frame_t){octets[0], octets + head, (size_t) body};
    return (int64_t) (head + body);
}

static int name_char(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || (c && strchr("-_.+", c));
}

int64_t zmtp_property(const uint8_t *octets, size_t size, zmtp_property_t *property)
{
    size_t head = 1 + (size_t) octets[0];
    if (head == 1 || size < head + 4)
        return ZMTP_MALFORMED;
    for (size_t place = 1; place < head; place++)
        if (!name_char(octets[place]))
            return ZMTP_MALFORMED;
    uint64_t value = number(octets + head, 4);
    if (value > INT32_MAX || size - head - 4 < value)
        return ZMTP_MALFORMED;
    *property = (zmtp_property_t){octets + 1, octets + head + 4, head - 1, (size_t) value};
    return (int64_t) (head + 4 + value);
}

int64_t zmtp_z85_decode(const uint8_t *text, size_t size, uint8_t *octets)
{
    if (size % 5)
        return ZMTP_MALFORMED;
    for (size_t start = 0; start < size; start += 5) {
        uint64_t value = 0;
        for (size_t place = start; place < start + 5; place++) {
            const char *digit = text[place] ? strchr(alphabet, text[place]) : NULL;
            if (!digit)
                return ZMTP_MALFORMED;
            value = value * 85 + (uint64_t) (digit - alphabet);
        }
        if (value > UINT32_MAX)
            return ZMTP_MALFORMED;
        for (int shift = 24; shift >= 0; shift -= 8)
            *octets++ = (uint8_t) (value >> shift);
    }
    return (int64_t) (size / 5 * 4);
}

int64_t zmtp_z85_encode(const uint8_t *octets, size_t size, uint8_t *text)
{
    static const uint32_t weights[] = {52200625, 614125, 7225, 85, 1};
    if (size % 4)
        return ZMTP_MALFORMED;
    for (size_t start = 0; start < size; start += 4) {
        uint64_t value = number(octets + start, 4);
        for (int place = 0; place < 5; place++)
            *text++ = (uint8_t) alphabet[value / weights[place] % 85];
    }
    return (int64_t) (size / 4 * 5);
}
