import { stripControls } from '../../domain/text/controls.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';

const cutOff = (): WireError =>
  new WireError('malformed', 'the response of the broker is truncated: check proxies in between');

/**
 * Reads bytes of the Kafka protocol. `flexible`: compact strings and arrays, tagged fields at the end of records
 * (KIP-482).
 */
export class WireReader {
  readonly flexible: boolean;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer, flexible: boolean) {
    this.#bytes = bytes;
    this.flexible = flexible;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  int8(): number {
    return this.take(1).readInt8();
  }

  int16(): number {
    return this.take(2).readInt16BE();
  }

  int32(): number {
    return this.take(4).readInt32BE();
  }

  int64(): bigint {
    return this.take(8).readBigInt64BE();
  }

  /** Reads an unsigned varint: groups of seven bits, lowest first. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.take(1).readUInt8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new WireError('malformed', 'the response of the broker is damaged: check proxies in between');
  }

  /** Reads a length or count; -1 is null. An impossible count is `malformed`. */
  count(classic: 'int16' | 'int32'): number {
    const count = this.flexible ? this.varint() - 1 : this[classic]();
    if (count > this.left) throw cutOff();
    return count;
  }

  take(length: number): Buffer {
    if (length < 0 || length > this.left) throw cutOff();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Skips the tagged fields at the end of a record; opsdeck uses none. */
  skipTags(): void {
    if (!this.flexible) return;
    for (let tags = this.varint(); tags > 0; tags -= 1) {
      this.varint();
      this.take(this.varint());
    }
  }
}

/** Writes bytes of the Kafka protocol. */
export class WireWriter {
  readonly flexible: boolean;
  #bytes = Buffer.allocUnsafe(256);
  #at = 0;

  constructor(flexible: boolean) {
    this.flexible = flexible;
  }

  int8(value: number): void {
    this.#at = this.#room(1).writeInt8(value, this.#at);
  }

  int16(value: number): void {
    this.#at = this.#room(2).writeInt16BE(value, this.#at);
  }

  int32(value: number): void {
    this.#at = this.#room(4).writeInt32BE(value, this.#at);
  }

  int64(value: bigint): void {
    this.#at = this.#room(8).writeBigInt64BE(value, this.#at);
  }

  varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80))
      this.#at = this.#room(1).writeUInt8((rest % 0x80) + 0x80, this.#at);
    this.#at = this.#room(1).writeUInt8(rest, this.#at);
  }

  /** Writes a length or count; -1 is null. */
  count(classic: 'int16' | 'int32', value: number): void {
    if (this.flexible) this.varint(value + 1);
    else this[classic](value);
  }

  put(bytes: Uint8Array): void {
    this.#room(bytes.length).set(bytes, this.#at);
    this.#at += bytes.length;
  }

  noTags(): void {
    if (this.flexible) this.varint(0);
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #room(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#at + length));
      this.#bytes.copy(larger, 0, 0, this.#at);
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}

/** Encodes and decodes a part of a Kafka message. The simulator uses the opposite direction. */
export interface WireField<T> {
  read(from: WireReader): T;
  write(to: WireWriter, value: T): void;
}

export type WireValue<F> = F extends WireField<infer T> ? T : never;
type Fields = Readonly<Record<string, WireField<unknown>>>;
type RecordOf<S extends Fields> = { readonly [K in keyof S]: WireValue<S[K]> };

export const int8Field: WireField<number> = {
  read: (from) => from.int8(),
  write: (to, value) => to.int8(value),
};
export const int16Field: WireField<number> = {
  read: (from) => from.int16(),
  write: (to, value) => to.int16(value),
};
export const int32Field: WireField<number> = {
  read: (from) => from.int32(),
  write: (to, value) => to.int32(value),
};
export const int64Field: WireField<bigint> = {
  read: (from) => from.int64(),
  write: (to, value) => to.int64(value),
};
export const boolField: WireField<boolean> = {
  read: (from) => from.int8() !== 0,
  write: (to, value) => to.int8(value ? 1 : 0),
};

const rawText = (from: WireReader): string | undefined => {
  const length = from.count('int16');
  return length < 0 ? undefined : from.take(length).toString('utf8');
};

const writeText = (to: WireWriter, value: string | undefined): void => {
  const bytes = value === undefined ? undefined : Buffer.from(value, 'utf8');
  to.count('int16', bytes?.length ?? -1);
  if (bytes !== undefined) to.put(bytes);
};

/** A name that is sent back in later requests: not stripped. */
export const nameField: WireField<string> = { read: (from) => rawText(from) ?? '', write: writeText };

/** A string for display, stripped of control sequences; null reads as ''. */
export const stringField: WireField<string> = {
  read: (from) => stripControls(rawText(from) ?? ''),
  write: writeText,
};

/** A nullable string; undefined is null. */
export const nullableStringField: WireField<string | undefined> = {
  read: (from) => {
    const raw = rawText(from);
    return raw === undefined ? undefined : stripControls(raw);
  },
  write: writeText,
};

/** Bytes; null reads as empty. */
export const bytesField: WireField<Buffer> = {
  read: (from) => from.take(Math.max(0, from.count('int32'))),
  write: (to, value) => {
    to.count('int32', value.length);
    to.put(value);
  },
};

/** A UUID: 16 bytes. */
export const uuidField: WireField<Buffer> = {
  read: (from) => from.take(16),
  write: (to, value) => to.put(value),
};

/** An array; null reads as empty. */
export const listField = <T>(of: WireField<T>): WireField<readonly T[]> => ({
  read: (from) => Array.from({ length: Math.max(0, from.count('int32')) }, () => of.read(from)),
  write: (to, values) => {
    to.count('int32', values.length);
    for (const value of values) of.write(to, value);
  },
});

/** A nullable array; undefined is null, which in requests usually means all. */
export const nullableListField = <T>(of: WireField<T>): WireField<readonly T[] | undefined> => {
  const some = listField(of);
  return {
    read: (from) => {
      const count = from.count('int32');
      return count < 0 ? undefined : Array.from({ length: count }, () => of.read(from));
    },
    write: (to, values) => (values === undefined ? to.count('int32', -1) : some.write(to, values)),
  };
};

/** Maps the value of another field: for older versions of a call. */
export const mappedField = <T, W>(
  field: WireField<W>,
  ways: { readonly read: (wire: W) => T; readonly write: (value: T) => W },
): WireField<T> => ({
  read: (from) => ways.read(field.read(from)),
  write: (to, value) => field.write(to, ways.write(value)),
});

/** A record: fields in declaration order. */
export const recordField = <const S extends Fields>(fields: S): WireField<RecordOf<S>> => {
  const entries: readonly (readonly [string & keyof S, WireField<unknown>])[] = Object.entries(fields);
  return {
    read: (from) => {
      const value: Partial<Record<keyof S, unknown>> = {};
      for (const [key, field] of entries) value[key] = field.read(from);
      from.skipTags();
      return value as RecordOf<S>; // built from the same table of fields
    },
    write: (to, value) => {
      for (const [key, field] of entries) field.write(to, value[key]);
      to.noTags();
    },
  };
};
