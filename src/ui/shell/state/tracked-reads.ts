import type { RenderContext } from '../contract/render-context.ts';

/** The containers of a render context, by property name; '*' is any. All other properties are compared as a whole. */
interface Containers {
  readonly [name: string]: Containers;
}

const part: Containers = {};
const state: Containers = { panes: { '*': part }, changes: part, problemsBefore: part };
const environment: Containers = { snapshot: { kinds: { '*': part } } };
const present: Containers = { ui: state, cockpit: part, own: environment };
const containers: Containers = { ...present, past: { live: present } };

/** A value that a computation has read. */
interface Read {
  again(view: RenderContext): unknown;
  readonly value: unknown;
}

/** A tracked container: records what is read of it beyond its properties. */
interface Tracked {
  /** The object itself, recorded as read as a whole. Absent for the context itself: it is another one for each frame. */
  readonly whole?: () => object;
  /** The value that a function of the whole context gives; only that is recorded, not what the function reads. */
  select(of: (view: RenderContext) => unknown): unknown;
}

const trackedParts = new WeakMap<object, Tracked>();

/** The object itself of a tracked container, recorded as read as a whole; any other value is returned as it is. */
export const wholePart = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null) return value;
  const whole = trackedParts.get(value)?.whole?.();
  // A tracked container stands for an object of its type.
  return whole === undefined ? value : wholePart(whole as T & object);
};

/** Reads what `select` gives, so that a computation depends on that alone: whether there is a filter, not on its text. */
export const readAs = <T extends boolean | number | string | undefined>(
  view: RenderContext,
  select: (view: RenderContext) => T,
): T => {
  const tracked = trackedParts.get(view);
  // The tracked context gives what `select` returns.
  return tracked === undefined ? select(view) : (tracked.select(select) as T);
};

/** The value of a path that ends before its last name. */
const missing = Symbol('missing');

/** The value at the path now; read through a tracked context, it is recorded there too. */
const readPath = (view: RenderContext, path: readonly string[]): unknown => {
  let value: unknown = view;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return missing;
    value = Reflect.get(value, name);
  }
  return value;
};

/** A container whose reads are recorded, and those of the containers in it. `path`: its place in the context. */
const track = <T extends object>(
  container: T,
  names: Containers,
  path: readonly string[],
  reads: Read[],
): T => {
  const known = new Map<string, unknown>();
  let isWhole = false;
  const record = (place: readonly string[], value: unknown): void => {
    reads.push({ again: (view) => wholePart(readPath(view, place)), value });
  };
  const read = (name: string | symbol): unknown => {
    if (typeof name === 'symbol') return Reflect.get(container, name);
    if (known.has(name)) return known.get(name);
    const value: unknown = Reflect.get(container, name);
    const inner = Object.hasOwn(names, name) ? names[name] : names['*'];
    const isContainer = inner !== undefined && typeof value === 'object' && value !== null;
    const given = isContainer ? track(value, inner, [...path, name], reads) : value;
    if (!isContainer) record([...path, name], value);
    known.set(name, given);
    return given;
  };
  // An empty target: the properties of a frozen one could not be replaced by tracked ones.
  const tracked = new Proxy<object>(
    {},
    {
      get: (_, name) => read(name),
      has: (_, name) => read(name) !== undefined || Reflect.has(container, name),
      ownKeys: () => {
        reads.push({
          again: (view) => Object.keys(Object(readPath(view, path))).join(),
          value: Object.keys(container).join(),
        });
        return Reflect.ownKeys(container);
      },
      getOwnPropertyDescriptor: (_, name) => {
        const value = read(name);
        return Reflect.has(container, name)
          ? { configurable: true, enumerable: true, writable: false, value }
          : undefined;
      },
      set: () => false,
    },
  );
  trackedParts.set(tracked, {
    ...(path.length === 0
      ? {}
      : {
          whole: () => {
            if (!isWhole) record(path, wholePart(container));
            isWhole = true;
            return container;
          },
        }),
    select: (of) => {
      // Only asked of the context itself.
      const again = (view: RenderContext): unknown => readAs(view, of as (view: RenderContext) => undefined);
      const value = again(container as T & RenderContext);
      reads.push({ again, value });
      return value;
    },
  });
  return tracked as T;
};

const haveSameProperties = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.is(Reflect.get(a, name), Reflect.get(b, name)))
  );
};

/** True if nothing has changed: the same object, or a map with the same facts of each environment. */
const isSame = (a: unknown, b: unknown): boolean =>
  Object.is(a, b) ||
  (a instanceof Map &&
    b instanceof Map &&
    a.size === b.size &&
    [...a].every(([key, value]) => haveSameProperties(value, b.get(key))));

/** A computed value with what was read for it. */
interface Computed<I, V> {
  readonly inputs: readonly I[];
  readonly reads: readonly Read[];
  readonly value: V;
}

/**
 * Memoizes what is computed from a render context and other inputs. It is computed again when something differs that the
 * computation has read: the list of what that is comes from the computation itself, so that nothing can be forgotten. Reads of a
 * nested computation count, also if its memoized value is used. The last `kept` values are kept: two for the visible frame and the
 * one that is prepared.
 */
export const memoizeReads = <V, I extends readonly unknown[] = []>(
  make: (view: RenderContext, ...inputs: I) => V,
  kept = 2,
): ((view: RenderContext, ...inputs: I) => V) => {
  let all: readonly Computed<unknown, V>[] = [];
  return (view, ...inputs) => {
    const found = all.find(
      (computed) =>
        computed.inputs.length === inputs.length &&
        computed.inputs.every((input, index) => Object.is(input, inputs[index])) &&
        computed.reads.every(({ again, value }) => isSame(again(view), value)),
    );
    if (found !== undefined) {
      if (found !== all[0]) all = [found, ...all.filter((computed) => computed !== found)];
      return found.value;
    }
    const reads: Read[] = [];
    // A container that is returned is read as a whole: later reads of it are not recorded.
    const value = wholePart(make(track(view, containers, [], reads), ...inputs));
    all = [{ inputs, reads, value }, ...all.slice(0, kept - 1)];
    return value;
  };
};
