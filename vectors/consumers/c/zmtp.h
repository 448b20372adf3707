/* What is under test: replace these functions by those of your implementation. */
#ifndef ZMTP_H
#define ZMTP_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t flags;
    const uint8_t *body;
    size_t size;
} zmtp_frame_t;

typedef struct {
    const uint8_t *name, *value;
    size_t name_size, value_size;
} zmtp_property_t;

enum { ZMTP_MALFORMED = -1, ZMTP_SHORT = 0 };

/* Read the frame at the start: how many octets it has, ZMTP_SHORT while it is not whole, or ZMTP_MALFORMED. */
int64_t zmtp_frame(const uint8_t *octets, size_t size, zmtp_frame_t *frame);

/* Read the property at the start: how many octets it has, or ZMTP_MALFORMED. */
int64_t zmtp_property(const uint8_t *octets, size_t size, zmtp_property_t *property);

/* Both return how many octets or characters they wrote, or ZMTP_MALFORMED. */
int64_t zmtp_z85_decode(const uint8_t *text, size_t size, uint8_t *octets);
int64_t zmtp_z85_encode(const uint8_t *octets, size_t size, uint8_t *text);

#endif
