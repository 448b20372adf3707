// Package zmtp holds what is under test: replace these functions by those of your implementation.
package zmtp

import (
	"bytes"
	"encoding/binary"
	"errors"
)

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"

var (
	// ErrMalformed says that octets break a rule.
	ErrMalformed = errors.New("malformed")
	// ErrShort says that a frame is not whole yet.
	ErrShort = errors.New("not whole yet")
)

// Frame is one frame of ZMTP 3.
type Frame struct {
	Flags byte
	Body  []byte
}

// ReadFrame reads the frame at the start, and gives what is behind it.
func ReadFrame(octets []byte) (Frame, []byte, error) {
	if len(octets) < 2 {
		return Frame{}, octets, ErrShort
	}
	head, size := 2, uint64(octets[1])
	if octets[0]&2 != 0 {
		if head = 9; len(octets) < head {
			return Frame{}, octets, ErrShort
		}
		size = binary.BigEndian.Uint64(octets[1:])
	}
	if size>>63 != 0 {
		return Frame{}, octets, ErrMalformed
	}
	if uint64(len(octets)-head) < size {
		return Frame{}, octets, ErrShort
	}
	end := head + int(size)
	return Frame{octets[0], octets[head:end]}, octets[end:], nil
}

// Property is one property of metadata.
type Property struct{ Name, Value []byte }

func nameChar(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || bytes.IndexByte([]byte("-_.+"), c) >= 0
}

// ReadMetadata reads all properties.
func ReadMetadata(octets []byte) ([]Property, error) {
	var found []Property
	for len(octets) > 0 {
		end := 1 + int(octets[0])
		if end == 1 || len(octets) < end+4 {
			return nil, ErrMalformed
		}
		name, size := octets[1:end], binary.BigEndian.Uint32(octets[end:])
		for _, c := range name {
			if !nameChar(c) {
				return nil, ErrMalformed
			}
		}
		if size > 0x7fffffff || len(octets)-end-4 < int(size) {
			return nil, ErrMalformed
		}
		found = append(found, Property{name, octets[end+4 : end+4+int(size)]})
		octets = octets[end+4+int(size):]
	}
	return found, nil
}

// DecodeZ85 reads the text form of octets.
func DecodeZ85(text []byte) ([]byte, error) {
	if len(text)%5 != 0 {
		return nil, ErrMalformed
	}
	octets := []byte{}
	for ; len(text) > 0; text = text[5:] {
		var value uint64
		for _, c := range text[:5] {
			digit := bytes.IndexByte([]byte(alphabet), c)
			if digit < 0 {
				return nil, ErrMalformed
			}
			value = value*85 + uint64(digit)
		}
		if value > 0xffffffff {
			return nil, ErrMalformed
		}
		octets = binary.BigEndian.AppendUint32(octets, uint32(value))
	}
	return octets, nil
}

// EncodeZ85 writes octets as text.
func EncodeZ85(octets []byte) ([]byte, error) {
	if len(octets)%4 != 0 {
		return nil, ErrMalformed
	}
	text := []byte{}
	for ; len(octets) > 0; octets = octets[4:] {
		value := binary.BigEndian.Uint32(octets)
		for _, weight := range []uint32{52200625, 614125, 7225, 85, 1} {
			text = append(text, alphabet[value/weight%85])
		}
	}
	return text, nil
}
