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
  /** Number of stored blocks by memory. */
  readonly #blocks = new Map<SearchMemory, number>();
  /** The memory whose last block was released last. */
  #free: SearchMemory | undefined;

  /** Returns a copy of these bytes; undefined when there is no address space for it. */
  store(bytes: Uint8Array): SearchableBytes | undefined {
    return this.#within(this.#last, bytes) ?? this.#within(this.#next(bytes.length), bytes);
  }

  #within(memory: SearchMemory | undefined, bytes: Uint8Array): SearchableBytes | undefined {
    const copy = memory?.allocate(bytes.length);
    if (memory === undefined || copy === undefined) return undefined;
    copy.set(bytes);
    this.#blocks.set(memory, (this.#blocks.get(memory) ?? 0) + 1);
    return { bytes: copy, memory };
  }

  /** The bytes of one block of this memory are no longer used. */
  release(memory: SearchMemory): void {
    const count = this.#blocks.get(memory);
    // Prepended blocks are in memories of another ring.
    if (count === undefined) return;
    if (count > 1) {
      this.#blocks.set(memory, count - 1);
      return;
    }
    this.#blocks.delete(memory);
    memory.clear();
    // New pages cost more than those that are in use.
    if (memory !== this.#last) this.#free = memory;
  }

  #next(count: number): SearchMemory | undefined {
    const free = this.#free;
    this.#free = undefined;
    if (free !== undefined && free.unused >= Math.max(count, mostBytes - overheadBytes)) {
      this.#last = free;
      return free;
    }
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
