// Reads the vectors and holds the functions of this package, and x/crypto/nacl, against them. Run: go test -v
package zmtp

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/nacl/box"
	"golang.org/x/crypto/nacl/secretbox"
)

// octets are hexadecimal digits in the files.
type octets []byte

func (o *octets) UnmarshalJSON(text []byte) (err error) {
	*o, err = hex.DecodeString(strings.Trim(string(text), `"`))
	return err
}

type values struct {
	Octets, Text, Body, Plaintext, Nonce, Box, Key octets
	SenderPublic                                   octets `json:"sender_public"`
	SenderSecret                                   octets `json:"sender_secret"`
	ReceiverPublic                                 octets `json:"receiver_public"`
	ReceiverSecret                                 octets `json:"receiver_secret"`
	More                                           bool
	Frames                                         []struct {
		Flags byte
		Body  octets
	}
	Left       int
	Properties []struct{ Name, Value octets }
}

type vectors struct {
	Groups []struct {
		Type, Comment string
		Tests         []struct {
			ID, Comment, Result string
			Inputs, Expected    values
		}
	}
}

func load(t *testing.T, name string, into any) {
	text, err := os.ReadFile("../../" + name + ".json")
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func key(o octets) *[32]byte   { return (*[32]byte)(o) }
func nonce(o octets) *[24]byte { return (*[24]byte)(o) }

func openBox(sealed octets, n *[24]byte, sender, receiver *[32]byte) ([]byte, error) {
	plaintext, ok := box.Open(nil, sealed, n, sender, receiver)
	if !ok {
		return nil, ErrMalformed
	}
	return plaintext, nil
}

// For each type of group: give the inputs to the function; whether what comes out is expected, or why nothing does.
var types = map[string]func(in, out values) (bool, error){
	"Frame": func(in, out values) (bool, error) {
		frame, rest, err := ReadFrame(in.Octets)
		return bytes.Equal(frame.Body, out.Body) && frame.Flags&1 != 0 == out.More && len(rest) == 0, err
	},
	"FrameStream": func(in, out values) (bool, error) {
		rest := []byte(in.Octets)
		for _, expected := range out.Frames {
			frame, behind, err := ReadFrame(rest)
			if err != nil || frame.Flags != expected.Flags || !bytes.Equal(frame.Body, expected.Body) {
				return false, err
			}
			rest = behind
		}
		_, _, err := ReadFrame(rest)
		return err == ErrShort && len(rest) == out.Left, nil
	},
	"Metadata": func(in, out values) (bool, error) {
		found, err := ReadMetadata(in.Octets)
		same := len(found) == len(out.Properties)
		for place := 0; same && place < len(found); place++ {
			got, expected := found[place], out.Properties[place]
			same = bytes.Equal(got.Name, expected.Name) && bytes.Equal(got.Value, expected.Value)
		}
		return same, err
	},
	"Z85Decode": func(in, out values) (bool, error) {
		found, err := DecodeZ85(in.Text)
		return bytes.Equal(found, out.Octets), err
	},
	"Z85Encode": func(in, out values) (bool, error) {
		found, err := EncodeZ85(in.Octets)
		return bytes.Equal(found, out.Text), err
	},
	"Box": func(in, out values) (bool, error) {
		plaintext, err := openBox(in.Box, nonce(in.Nonce), key(in.SenderPublic), key(in.ReceiverSecret))
		again := box.Seal(nil, plaintext, nonce(in.Nonce), key(in.ReceiverPublic), key(in.SenderSecret))
		return bytes.Equal(plaintext, out.Plaintext) && bytes.Equal(again, in.Box), err
	},
	"SecretBox": func(in, out values) (bool, error) {
		plaintext, ok := secretbox.Open(nil, in.Box, nonce(in.Nonce), key(in.Key))
		if !ok {
			return false, ErrMalformed
		}
		again := secretbox.Seal(nil, plaintext, nonce(in.Nonce), key(in.Key))
		return bytes.Equal(plaintext, out.Plaintext) && bytes.Equal(again, in.Box), nil
	},
}

func TestSingleShots(t *testing.T) {
	checked := 0
	for _, file := range []string{"frame", "metadata", "z85", "box"} {
		var whole vectors
		load(t, file, &whole)
		for _, group := range whole.Groups {
			run, known := types[group.Type]
			if !known {
				continue
			}
			for _, test := range group.Tests {
				same, err := run(test.Inputs, test.Expected)
				if test.Result == "valid" && !(same && err == nil) || test.Result == "invalid" && err == nil {
					t.Errorf("%s %s: %s is %s: %v", test.ID, group.Type, test.Comment, test.Result, err)
				}
				if test.Result != "acceptable" {
					checked++
				}
			}
		}
	}
	fmt.Printf("checked %d tests\n", checked)
}

type field struct {
	Octets *octets
	Fields []field
	Seal   *struct {
		Key, From, To string
		Nonce         octets
		Fields        []field
	}
}

type transcripts struct {
	Transcripts []struct {
		ID, Comment string
		Keys        map[string]octets
		Steps       []struct {
			Name   string
			Octets octets
			Flags  byte
			Fields []field
		}
	}
}

// made makes octets from fields, keys and nonces, and opens every box again.
func made(t *testing.T, fields []field, keys map[string]octets, boxes *int) (whole []byte) {
	for _, one := range fields {
		switch {
		case one.Octets != nil:
			whole = append(whole, *one.Octets...)
		case one.Seal == nil:
			whole = append(whole, made(t, one.Fields, keys, boxes)...)
		default:
			seal := one.Seal
			plaintext, n := made(t, seal.Fields, keys, boxes), nonce(seal.Nonce)
			*boxes++
			if seal.Key != "" {
				whole = append(whole, secretbox.Seal(nil, plaintext, n, key(keys[seal.Key]))...)
				continue
			}
			sealed := box.Seal(nil, plaintext, n, key(keys[seal.To]), key(keys[strings.ToLower(seal.From)]))
			again, err := openBox(sealed, n, key(keys[seal.From]), key(keys[strings.ToLower(seal.To)]))
			if err != nil || !bytes.Equal(again, plaintext) {
				t.Error("a box does not open")
			}
			whole = append(whole, sealed...)
		}
	}
	return whole
}

func TestTranscripts(t *testing.T) {
	var whole transcripts
	load(t, "transcripts/curve", &whole)
	steps, boxes := 0, 0
	for _, transcript := range whole.Transcripts {
		for _, step := range transcript.Steps {
			if step.Fields == nil {
				continue
			}
			body := made(t, step.Fields, transcript.Keys, &boxes)
			if step.Name != "greeting" {
				head := []byte{step.Flags, byte(len(body))}
				if step.Flags&2 != 0 {
					head = binary.BigEndian.AppendUint64(head[:1], uint64(len(body)))
				}
				body = append(head, body...)
			}
			if !bytes.Equal(body, step.Octets) {
				t.Errorf("%s %s: %s is not made again", transcript.ID, transcript.Comment, step.Name)
			}
			steps++
		}
	}
	fmt.Printf("checked %d transcripts, %d steps, %d boxes\n", len(whole.Transcripts), steps, boxes)
}
