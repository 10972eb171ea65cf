import type { Taking } from './list.ts';
import { metaOf } from './meta.ts';
import type { WatchEvent } from './watch-events.ts';

/** Objects by their uid, as lists and watches bring them. */
export class Shelf<T> implements Taking {
  readonly #parse: (raw: unknown) => T;
  readonly #objects = new Map<string, T>();

  constructor(parse: (raw: unknown) => T) {
    this.#parse = parse;
  }

  get size(): number {
    return this.#objects.size;
  }

  objects(): Iterable<T> {
    return this.#objects.values();
  }

  begin(): void {
    this.#objects.clear();
  }

  take(items: readonly unknown[]): void {
    for (const item of items) this.#objects.set(keyOf(item), this.#parse(item));
  }

  /** True when it changed what is here. */
  apply(event: WatchEvent): boolean {
    if (event.is === 'put') this.take([event.object]);
    if (event.is === 'gone') this.#objects.delete(keyOf(event.object));
    return event.is !== 'bookmark';
  }
}

/** The uid, which is held anyway: 10,000 keys of their own would take a megabyte. */
const keyOf = (raw: unknown): string => {
  const { namespace, name, uid } = metaOf(raw);
  return uid === '' ? `${namespace}/${name}` : uid;
};
