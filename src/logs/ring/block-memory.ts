import { overheadBytes, SearchMemory } from './text-search.ts';

/** Bytes of a block, and the memory that contains and can search them. */
export interface SearchableBytes {
  readonly bytes: Buffer;
  readonly memory: SearchMemory;
}

/**
 * Sizes of memories. Each reserves some GiB of address space, and is released with the last of its blocks. Rings of few rows get
 * small ones.
 */
const leastBytes = 64 * 1024;
const mostBytes = 2 * 1024 * 1024;

/** Stores the bytes of blocks that receive no more rows, one after the other. */
export class BlockMemory {
  #last: SearchMemory | undefined;
  #nextBytes = leastBytes;
  #isRefused = false;

  /** Returns a copy of these bytes; undefined when there is no address space for it. */
  store(bytes: Uint8Array): SearchableBytes | undefined {
    return this.#within(this.#last, bytes) ?? this.#within(this.#next(bytes.length), bytes);
  }

  #within(memory: SearchMemory | undefined, bytes: Uint8Array): SearchableBytes | undefined {
    const copy = memory?.allocate(bytes.length);
    if (memory === undefined || copy === undefined) return undefined;
    copy.set(bytes);
    return { bytes: copy, memory };
  }

  #next(count: number): SearchMemory | undefined {
    if (this.#isRefused) return undefined;
    try {
      this.#last = new SearchMemory(Math.max(count, this.#nextBytes - overheadBytes));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // Every further attempt would collect garbage in vain.
      this.#isRefused = true;
    }
    this.#nextBytes = Math.min(mostBytes, 2 * this.#nextBytes);
    return this.#last;
  }
}
