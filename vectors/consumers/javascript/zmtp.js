// What is under test: replace these functions by those of your implementation. Each returns its result, or throws.

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/** One frame at the start of the octets; null while it is not whole. */
export function frame(octets) {
  if (octets.length < 2) return null;
  const [flags] = octets;
  const head = flags & 2 ? 9 : 2;
  if (octets.length < head) return null;
  const size = flags & 2 ? octets.readBigUInt64BE(1) : BigInt(octets[1]);
  if (size >> 63n) throw new Error("a size has 63 bits");
  if (BigInt(octets.length - head) < size) return null;
  const end = head + Number(size);
  return { flags, body: octets.subarray(head, end), end };
}

/** All whole frames, and how many octets are left. */
export function frames(octets) {
  const found = [];
  for (let next; (next = frame(octets)); octets = octets.subarray(next.end)) found.push(next);
  return { found, left: octets.length };
}

/** The properties of metadata, as pairs of name and value. */
export function metadata(octets) {
  const found = [];
  while (octets.length) {
    const end = 1 + octets[0];
    if (octets.length < end + 4) throw new Error("a property breaks off");
    const name = octets.subarray(1, end), size = octets.readUInt32BE(end);
    if (!/^[A-Za-z0-9._+-]+$/.test(name.toString("latin1"))) throw new Error("a name is malformed");
    if (size > 0x7fffffff || octets.length < end + 4 + size) throw new Error("a value is too long");
    found.push([name, octets.subarray(end + 4, end + 4 + size)]);
    octets = octets.subarray(end + 4 + size);
  }
  return found;
}

export function z85decode(text) {
  if (text.length % 5) throw new Error("five characters make four octets");
  const octets = Buffer.alloc((text.length / 5) * 4);
  for (let start = 0; start < text.length; start += 5) {
    let value = 0;
    for (const character of text.slice(start, start + 5)) {
      const digit = ALPHABET.indexOf(character);
      if (digit < 0) throw new Error("no character of Z85");
      value = value * 85 + digit;
    }
    if (value > 0xffffffff) throw new Error("more than 32 bits");
    octets.writeUInt32BE(value, (start / 5) * 4);
  }
  return octets;
}

export function z85encode(octets) {
  if (octets.length % 4) throw new Error("four octets make five characters");
  let text = "";
  for (let start = 0; start < octets.length; start += 4) {
    const value = octets.readUInt32BE(start);
    for (const weight of [52200625, 614125, 7225, 85, 1]) text += ALPHABET[Math.floor(value / weight) % 85];
  }
  return text;
}
