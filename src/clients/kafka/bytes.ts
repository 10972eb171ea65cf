import { WireError } from '../../platform/failures.ts';

const cutOff = (): WireError => new WireError('malformed', 'what came back ends too early');

/** Bytes of the Kafka protocol, read from front to back. `flexible`: texts and lists are compact, records end in tags (KIP-482). */
export class ByteSource {
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

  /** An unsigned number in groups of seven bits, the lowest first. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.take(1).readUInt8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new WireError('malformed', 'what came back has a number without end');
  }

  /** How many bytes or entries follow; -1 stands for null. A count that cannot be true is `malformed`. */
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

  /** Passes over the tagged fields at the end of a record, of which we know none. */
  skipTags(): void {
    if (!this.flexible) return;
    for (let tags = this.varint(); tags > 0; tags -= 1) {
      this.varint();
      this.take(this.varint());
    }
  }
}

/** Bytes of the Kafka protocol, written from front to back. */
export class ByteSink {
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

  /** -1 stands for null. */
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
