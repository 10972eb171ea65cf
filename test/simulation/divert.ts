import { Duplex } from 'node:stream';
import { type SealedConnection, unseal } from '../../src/platform/network/sealed.ts';
import { WireError } from '../../src/platform/runtime/wire-error.ts';

/**
 * The destination of a call: the system, its twin, both with the response of the system, the stand-in that answers in its place,
 * or nobody (`denied`): the permission was revoked.
 */
export type Way = 'system' | 'twin' | 'both' | 'stand-in' | 'denied';

/** Routes the calls of an io, by method name. */
export interface Switch {
  wayOf(call: string): Way;
  /** Returns the arguments to send. */
  rewritten(call: string, args: readonly unknown[]): readonly unknown[];
  /** Methods that return another io, whose calls are routed separately. */
  readonly doors?: ReadonlySet<string>;
}

const apply = (door: object, name: string | symbol, args: readonly unknown[]): unknown => {
  const call: unknown = Reflect.get(door, name);
  return typeof call === 'function' ? Reflect.apply(call, door, args) : call;
};

/** Drains the result of a mirrored call, and ignores its errors. */
const drained = async (given: unknown): Promise<void> => {
  try {
    if (typeof given !== 'object' || given === null || !(Symbol.asyncIterator in given)) await given;
    else for await (const _ of given as AsyncIterable<unknown>);
  } catch {
    // Only the response of the system counts.
  }
};

/** Methods that open a dialog, which cannot be mirrored. */
const conversations = new Set(['socket', 'stream', 'upgrade']);

/** Refuses what a call has returned, in its own form. A value that needs no reading stays. */
const refused = (name: string, given: unknown): unknown => {
  const error = new WireError('denied', 'permission denied: the role was revoked');
  if (typeof given !== 'object' || given === null) return given;
  if (Symbol.asyncIterator in given)
    return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
  if (!(given instanceof Promise)) return given;
  return given.then(
    (value: unknown) => {
      // Nobody reads a connection that was opened for nothing.
      if (name === 'connect')
        (value instanceof Duplex ? value : unseal(value as SealedConnection)).on('error', () => {}).destroy();
      return Promise.reject(error);
    },
    () => Promise.reject(error),
  );
};

/**
 * An io whose calls are routed by the switch. Properties that are not functions are those of the system. `standIn`: the io of the
 * stand-in; absent: there is none.
 */
export const switched = <T extends object>(door: T, twin: T, by: Switch, standIn?: T): T => {
  const { wayOf, rewritten, doors } = by;
  return new Proxy(door, {
    get: (target, name) => {
      if (name === 'close')
        return () =>
          Promise.all(
            [target, twin, ...(standIn === undefined ? [] : [standIn])].map((item) => apply(item, name, [])),
          );
      const held: unknown = Reflect.get(target, name);
      if (typeof held !== 'function' || typeof name !== 'string') return held;
      return (...given: unknown[]): unknown => {
        if (doors?.has(name) === true) {
          const [system, other, third] = [target, twin, standIn].map((one) =>
            one === undefined ? undefined : Object(apply(one, name, given)),
          );
          return switched(system, other, by, third);
        }
        const way = wayOf(name);
        const args = rewritten(name, given);
        if (way === 'denied') return refused(name, apply(target, name, args));
        if (way === 'twin') return apply(twin, name, args);
        if (way === 'stand-in') return apply(standIn ?? target, name, args);
        if (way === 'both' && !conversations.has(name)) void drained(apply(twin, name, args));
        return apply(target, name, args);
      };
    },
  });
};

const swapped = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string')
    return [...names].reduce((text, [name, other]) => text.replaceAll(name, other), value);
  if (Array.isArray(value)) return value.map((element) => swapped(element, names));
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, swapped(element, names)]));
};

/** Replaces object names in the strings of arguments. */
export const renamed = (args: readonly unknown[], names: ReadonlyMap<string, string>): readonly unknown[] =>
  args.map((value) => swapped(value, names));
