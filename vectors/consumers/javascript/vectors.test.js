// Reads the vectors and holds the functions of zmtp.js, and tweetnacl, against them. Run: npm install && npm test
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import nacl from "tweetnacl";
import * as zmtp from "./zmtp.js";

const hex = (text) => Buffer.from(text, "hex");
const load = (name) => JSON.parse(readFileSync(new URL(`../../${name}.json`, import.meta.url), "utf8"));
const same = (got, wanted) => assert.equal(Buffer.from(got).toString("hex"), wanted);

function opened(octets) {
  if (octets === null) throw new Error("it does not open");
  return octets;
}

// For each type of group: what to do with the inputs, and how the outcome is compared with what is expected.
const types = {
  Frame: (inputs, expected) => {
    const got = zmtp.frame(hex(inputs.octets));
    if (expected) same(got.body, expected.body), assert.equal(Boolean(got.flags & 1), expected.more);
  },
  FrameStream: (inputs, expected) => {
    const { found, left } = zmtp.frames(hex(inputs.octets));
    const got = found.map(({ flags, body }) => ({ flags, body: body.toString("hex") }));
    assert.deepEqual({ frames: got, left }, expected);
  },
  Metadata: (inputs, expected) => {
    const got = zmtp.metadata(hex(inputs.octets));
    const pairs = got.map(([name, value]) => ({ name: name.toString("hex"), value: value.toString("hex") }));
    if (expected) assert.deepEqual(pairs, expected.properties);
  },
  Z85Decode: (inputs, expected) => {
    const got = zmtp.z85decode(hex(inputs.text).toString("latin1"));
    if (expected) same(got, expected.octets);
  },
  Z85Encode: (inputs, expected) => {
    const got = zmtp.z85encode(hex(inputs.octets));
    if (expected) same(Buffer.from(got), expected.text);
  },
  Box: (inputs, expected) => {
    const { box, nonce, sender_public, sender_secret, receiver_public, receiver_secret } = inputs;
    const got = opened(nacl.box.open(hex(box), hex(nonce), hex(sender_public), hex(receiver_secret)));
    if (!expected) return;
    same(got, expected.plaintext);
    same(nacl.box(got, hex(nonce), hex(receiver_public), hex(sender_secret)), box);
  },
  SecretBox: (inputs, expected) => {
    const got = opened(nacl.secretbox.open(hex(inputs.box), hex(inputs.nonce), hex(inputs.key)));
    if (!expected) return;
    same(got, expected.plaintext);
    same(nacl.secretbox(got, hex(inputs.nonce), hex(inputs.key)), inputs.box);
  },
};

let checked = 0;
for (const file of ["frame", "metadata", "z85", "box"]) {
  for (const group of load(file).groups.filter(({ type }) => type in types)) {
    test(`${file}: ${group.type}: ${group.comment}`, () => {
      for (const { id, comment, inputs, expected, result } of group.tests) {
        const run = () => types[group.type](inputs, result === "valid" ? expected : undefined);
        if (result === "valid") assert.doesNotThrow(run, `${id} ${comment}`);
        if (result === "invalid") assert.throws(run, undefined, `${id} ${comment}`);
        checked += result !== "acceptable";
      }
    });
  }
}

// A transcript: make the octets of every step from its fields, keys and nonces, and open every box again.
function made(fields, keys, count) {
  return Buffer.concat(fields.map((one) => {
    if (one.octets !== undefined) return hex(one.octets);
    if (one.fields) return made(one.fields, keys, count);
    const { key, from, to, nonce, fields } = one.seal;
    const plaintext = made(fields, keys, count), n = hex(nonce);
    count.boxes++;
    if (key) return Buffer.from(nacl.secretbox(plaintext, n, keys[key]));
    const box = nacl.box(plaintext, n, keys[to], keys[from.toLowerCase()]);
    same(opened(nacl.box.open(box, n, keys[from], keys[to.toLowerCase()])), plaintext.toString("hex"));
    return Buffer.from(box);
  }));
}

test("transcripts of CURVE", (context) => {
  const count = { transcripts: 0, steps: 0, boxes: 0 };
  for (const { id, comment, keys, steps } of load("transcripts/curve").transcripts) {
    const ring = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, hex(key)]));
    for (const { name, octets, flags, fields } of steps.filter(({ fields }) => fields)) {
      const body = made(fields, ring, count);
      const size = flags & 2 ? Buffer.alloc(8) : Buffer.from([body.length]);
      if (flags & 2) size.writeBigUInt64BE(BigInt(body.length));
      const whole = name === "greeting" ? body : Buffer.concat([Buffer.from([flags]), size, body]);
      assert.equal(whole.toString("hex"), octets, `${id} ${comment}: ${name}`);
      count.steps++;
    }
    count.transcripts++;
  }
  process.on("exit", () => console.log(`checked ${checked} tests, ${count.transcripts} transcripts, ${count.steps} steps, ${count.boxes} boxes`));
});
