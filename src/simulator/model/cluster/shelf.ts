import type { Ledger } from './ledger.ts';
import type { KubeObject } from './objects.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const keysOf = (value: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(value).filter((key) => value[key] !== undefined);

/**
 * Both become the same JSON but for the order of keys: an `undefined` in an object is as if it were not there.
 * Compares in place: controllers ask this of every object that they write, several times a second.
 */
const isSameValue = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((each, index) => isSameValue(each, b[index]));
  }
  const keys = keysOf(a);
  return keys.length === keysOf(b).length && keys.every((key) => isSameValue(a[key], b[key]));
};

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

/** Nothing differs but what every write changes; the order of keys is nothing. */
const isSame = (a: KubeObject, b: KubeObject): boolean => {
  const { metadata: ofA, ...restA } = a;
  const { metadata: ofB, ...restB } = b;
  return (
    isSameValue(restA, restB) && isSameValue({ ...ofA, resourceVersion: '' }, { ...ofB, resourceVersion: '' })
  );
};

/** The objects of one resource, each version of them immutable and numbered by the ledger. */
export class Shelf<T extends KubeObject> {
  /** Plural: 'pods'. */
  readonly resource: string;
  readonly #ledger: Ledger;
  readonly #objects = new Map<string, T>();

  constructor(resource: string, ledger: Ledger) {
    this.resource = resource;
    this.#ledger = ledger;
  }

  /** In the order of etcd's keys: by namespace, then by name. */
  list(): readonly T[] {
    return [...this.#objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** In no order that anybody may rely on; cheap. */
  all(): IterableIterator<T> {
    return this.#objects.values();
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#objects.get(keyOf(namespace, name));
  }

  /** Writes an object; one that is already so keeps its version. Gives it as it is now. */
  put(object: T): T {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const before = this.#objects.get(key);
    if (before !== undefined && isSame(before, object)) return before;
    const version = this.#ledger.next();
    const written = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    this.#objects.set(key, written);
    const { resource } = this;
    if (before === undefined) this.#ledger.record({ version, type: 'ADDED', resource, object: written });
    else this.#ledger.record({ version, type: 'MODIFIED', resource, object: written, before });
    return written;
  }

  remove(namespace: string | undefined, name: string): T | undefined {
    const key = keyOf(namespace, name);
    const before = this.#objects.get(key);
    if (before === undefined) return undefined;
    this.#objects.delete(key);
    const version = this.#ledger.next();
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } };
    this.#ledger.record({ version, type: 'DELETED', resource: this.resource, object, before });
    return object;
  }
}
