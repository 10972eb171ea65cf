/**
 * Remembers what was made of each object until a round in which it is not asked for. For thousands of objects that are replaced again
 * and again: a weak map keeps the entries of replaced ones until a full garbage collection, which visits each of them in one pause
 * (0.8 s for a million).
 */
export class RoundCache<K extends object, V> {
  #last = new Map<K, V>();
  #current = new Map<K, V>();

  /** Returns what was made of an object in this round or the one before it. */
  get(key: K): V | undefined {
    const had = this.#current.get(key);
    if (had !== undefined) return had;
    const before = this.#last.get(key);
    if (before !== undefined) this.#current.set(key, before);
    return before;
  }

  set(key: K, value: V): V {
    this.#current.set(key, value);
    return value;
  }

  /** Ends the round: forgets what was neither asked for nor set in it. */
  endRound(): void {
    this.#last = this.#current;
    this.#current = new Map();
  }
}
