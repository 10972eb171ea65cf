import { gzipSync } from 'node:zlib';

/** Where memory was taken: the function, its line, and what of it is in use. */
export interface HeldIn {
  readonly name: string;
  readonly line: number;
  readonly objects: number;
  readonly bytes: number;
}

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = BigInt(Math.max(0, Math.round(value)));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Buffer.from(bytes);
};

const number = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);
const block = (field: number, content: Buffer): Buffer =>
  Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
const message = (field: number, ...parts: readonly Buffer[]): Buffer => block(field, Buffer.concat(parts));

/** A heap profile as Go writes it: a packed `perftools.profiles.Profile`. Source: google/pprof, proto/profile.proto. */
export const heapProfile = (held: readonly HeldIn[]): Buffer => {
  const strings = ['', 'inuse_objects', 'count', 'inuse_space', 'bytes', '/src/saga/orchestrator.go'];
  const nameAt = strings.length;
  const type = (field: number, what: number, unit: number): Buffer =>
    message(field, number(1, what), number(2, unit));
  const samples = held.map(({ objects, bytes }, index) =>
    message(2, message(1, varint(index + 1)), block(2, Buffer.concat([varint(objects), varint(bytes)]))),
  );
  const locations = held.map(({ line }, index) =>
    message(4, number(1, index + 1), message(4, number(1, index + 1), number(2, line))),
  );
  const functions = held.map((_, index) =>
    message(5, number(1, index + 1), number(2, nameAt + index), number(4, 5)),
  );
  const texts = [...strings, ...held.map(({ name }) => name)].map((text) => block(6, Buffer.from(text)));
  const period = [type(11, 3, 4), number(12, 512 * 1024)];
  return gzipSync(
    Buffer.concat([
      type(1, 1, 2),
      type(1, 3, 4),
      ...samples,
      ...locations,
      ...functions,
      ...texts,
      ...period,
    ]),
  );
};
