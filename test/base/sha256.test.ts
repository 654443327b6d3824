import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { bytesOf, createOwnSha256, createSha256 } from "../../src/base/sha256.js";

function randomBytes(length: number): Uint8Array {
  const random = createRandom(length, 112);
  return Uint8Array.from({ length }, () => random.below(256));
}

const nodes = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("SHA-256", () => {
  test("of the examples of FIPS 180-4", () => {
    const hex = (text: string): string => createOwnSha256().update(new TextEncoder().encode(text)).hex();
    expect(hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).toBe(
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    );
  });

  test("is Node's for every length around a block's end", () => {
    for (const length of [0, 1, 2, 3, 54, 55, 56, 57, 63, 64, 65, 118, 119, 120, 121, 127, 128, 129, 1000, 65_537]) {
      const bytes = randomBytes(length);
      expect(createOwnSha256().update(bytes).hex()).toBe(nodes(bytes));
    }
  });

  test("does not depend on how the bytes are handed in", () => {
    const bytes = randomBytes(777);
    for (const piece of [1, 3, 55, 63, 64, 65, 200]) {
      const sha = createOwnSha256();
      for (let at = 0; at < bytes.length; at += piece) sha.update(bytes.subarray(at, at + piece)).update(new Uint8Array(0));
      expect(sha.hex()).toBe(nodes(bytes));
    }
  });

  test("is the same by whatever the runtime has", () => {
    const bytes = randomBytes(1000);
    expect(createSha256().update(bytes.subarray(0, 7)).update(bytes.subarray(7)).hex()).toBe(nodes(bytes));
  });

  test("two at a time do not disturb each other", () => {
    const [one, two] = [createOwnSha256(), createOwnSha256()];
    one.update(Uint8Array.of(1, 2));
    two.update(Uint8Array.of(3));
    one.update(Uint8Array.of(4));
    expect(one.hex()).toBe(nodes(Uint8Array.of(1, 2, 4)));
    expect(two.hex()).toBe(nodes(Uint8Array.of(3)));
  });
});

test("bytesOf sees the bytes of a view, and no others, without a copy", () => {
  const whole = Float32Array.of(1, 2, 3, 4);
  const bytes = bytesOf(whole.subarray(1, 3));
  expect(bytes).toHaveLength(8);
  expect(bytes.buffer).toBe(whole.buffer);
  expect(bytes).toEqual(new Uint8Array(Float32Array.of(2, 3).buffer));
});
