import { describe, expect, test } from "vitest";
import { crc32c } from "../../src/base/crc32c.js";
import { createRandom } from "../../src/base/random.js";

const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

describe("crc32c", () => {
  test.each<[string, Uint8Array, number]>([
    // RFC 3720, appendix B.4.
    ["32 bytes of 0", new Uint8Array(32), 0x8a9136aa],
    ["32 bytes of 255", new Uint8Array(32).fill(255), 0x62a8ab43],
    ["32 bytes that rise", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ["32 bytes that fall", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    [
      "an iSCSI read command",
      hex(
        "01c00000000000000000000000000000140000000000040000000014000000182800000000000000"
          .padEnd(96, "0")
          .replace(/0{16}$/, "0200000000000000"),
      ),
      0xd9963a56,
    ],
    // The check value of the catalogue of parametrised CRC algorithms, CRC-32/ISCSI.
    ['"123456789"', new TextEncoder().encode("123456789"), 0xe3069283],
    ["nothing", new Uint8Array(0), 0],
  ])("of %s", (_title, bytes, expected) => {
    expect(crc32c(bytes).toString(16)).toBe(expected.toString(16));
  });

  test("sees the bytes of a view alone", () => {
    const whole = new TextEncoder().encode("0123456789");
    expect(crc32c(whole.subarray(1))).toBe(0xe3069283);
  });

  test("of bytes piece by piece", () => {
    const whole = new TextEncoder().encode("123456789");
    for (let at = 0; at <= 9; at++) expect(crc32c(whole.subarray(at), crc32c(whole.subarray(0, at)))).toBe(0xe3069283);
  });

  test("every single flipped bit, and every burst of up to 32, changes it", () => {
    const random = createRandom(1, 112);
    const bytes = Uint8Array.from({ length: 200 }, () => random.below(256));
    const whole = crc32c(bytes);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(crc32c(damaged), `bit ${bit}`).not.toBe(whole);
    }
    for (let at = 0; at + 4 <= bytes.length; at++) {
      const damaged = bytes.slice();
      for (let i = 0; i < 4; i++) damaged[at + i]! ^= 1 + random.below(255);
      expect(crc32c(damaged), `4 bytes from ${at}`).not.toBe(whole);
    }
  });
});
