/** Bytes of a block. Source: POSIX.1-2017, pax, "ustar Interchange Format". */
const blockBytes = 512;
/** Type flags of regular files; a NUL is what older programs write. */
const regular: ReadonlySet<string> = new Set(['0', '\0']);
/** Bytes of a long name that are kept. */
const longestName = 65_536;

/** A file of an archive. */
export interface TarEntry {
  /** Without './' in front. */
  readonly name: string;
  readonly bytes: number;
}

/** What an archive holds; undefined: it is no archive, or it ends before its end. */
export type TarListing = readonly TarEntry[] | undefined;

const text = (block: Buffer, from: number, to: number): string => {
  const field = block.subarray(from, to);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? field.length : end).toString('utf8');
};

/** A number in octal digits, or, with its first bit set, in base 256 (GNU). */
const numberIn = (block: Buffer, from: number, to: number): number => {
  const field = block.subarray(from, to);
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(text(block, from, to).trim() || '0', 8);
  return field.reduce((sum, byte, index) => sum * 256 + (index === 0 ? byte & 0x7f : byte), 0);
};

/** The sum of the header's bytes, its own field taken as blanks. */
const checksumOf = (block: Buffer): number =>
  block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0);

/** The `path` record of a pax header: 'LENGTH path=NAME'. */
const paxPath = (records: string): string | undefined => /^\d+ path=(.*)$/m.exec(records)?.[1];

/** Reads an archive block by block: only headers and long names are kept. */
class TarReader {
  readonly entries: TarEntry[] = [];
  #rest = Buffer.alloc(0);
  /** Bytes of the present entry, with its padding, that are still to come. */
  #skip = 0;
  /** A name that a header before its own gives: how many bytes of it, and those that have come. */
  #naming: { readonly isPax: boolean; readonly bytes: number; data: Buffer } | undefined;
  #longName: string | undefined;
  #zeroBlocks = 0;
  isMalformed = false;

  /** True: two blocks of zeros have come, behind all entries. */
  get isComplete(): boolean {
    return !this.isMalformed && this.#zeroBlocks >= 2;
  }

  take(piece: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#rest, piece]);
    for (;;) {
      if (this.isMalformed || this.isComplete) {
        this.#rest = Buffer.alloc(0);
        return;
      }
      if (this.#skip > 0) {
        const part = this.#rest.subarray(0, this.#skip);
        if (part.length === 0) return;
        this.#keepName(part);
        this.#skip -= part.length;
        this.#rest = this.#rest.subarray(part.length);
        if (this.#skip > 0) return;
        this.#endName();
      }
      if (this.#rest.length < blockBytes) return;
      const block = this.#rest.subarray(0, blockBytes);
      this.#rest = this.#rest.subarray(blockBytes);
      this.#header(block);
    }
  }

  #header(block: Buffer): void {
    if (block.every((byte) => byte === 0)) {
      this.#zeroBlocks += 1;
      return;
    }
    const bytes = numberIn(block, 124, 136);
    this.isMalformed =
      this.#zeroBlocks > 0 || !(bytes >= 0) || numberIn(block, 148, 156) !== checksumOf(block);
    if (this.isMalformed) return;
    const flag = String.fromCharCode(block[156] ?? 0);
    this.#skip = Math.ceil(bytes / blockBytes) * blockBytes;
    if (flag === 'L' || flag === 'x') {
      this.#naming = { isPax: flag === 'x', bytes: Math.min(bytes, longestName), data: Buffer.alloc(0) };
      return;
    }
    if (flag === 'g') return;
    const prefix = text(block, 257, 262) === 'ustar' ? text(block, 345, 500) : '';
    const own = text(block, 0, 100);
    const name = this.#longName ?? (prefix === '' ? own : `${prefix}/${own}`);
    this.#longName = undefined;
    if (regular.has(flag)) this.entries.push({ name: name.replace(/^\.\//, ''), bytes });
  }

  #keepName(part: Buffer): void {
    const naming = this.#naming;
    if (naming !== undefined && naming.data.length < naming.bytes)
      naming.data = Buffer.concat([naming.data, part]).subarray(0, naming.bytes);
  }

  #endName(): void {
    if (this.#naming === undefined) return;
    const { isPax, data } = this.#naming;
    this.#naming = undefined;
    const said = data.toString('utf8');
    this.#longName = isPax ? (paxPath(said) ?? this.#longName) : text(data, 0, data.length);
  }
}

/** The regular files of a tar archive, read to its end. Throws what reading throws. */
export const tarListing = async (pieces: AsyncIterable<Uint8Array>): Promise<TarListing> => {
  const reader = new TarReader();
  // All of it is read, so that the checksum of what is packed is verified, too.
  for await (const piece of pieces) reader.take(piece);
  return reader.isComplete ? reader.entries : undefined;
};

/** Those of some files that an archive does not hold, or holds empty. */
export const missingIn = (listing: readonly TarEntry[], wanted: readonly string[]): readonly string[] =>
  wanted.filter((name) => !listing.some((entry) => entry.name === name && entry.bytes > 0));
