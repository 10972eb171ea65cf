/** Which of two doors a call goes through: to the system, to its twin, or to both with the system's answer. */
export type Way = 'system' | 'twin' | 'both';

/** Decides for each call of a door, by the name of the call. */
export interface Switch {
  wayOf(call: string): Way;
  /** The arguments as they are sent. */
  rewritten(call: string, args: readonly unknown[]): readonly unknown[];
  /** Calls that give a door of their own: each call of that door is decided by itself. */
  readonly doors?: ReadonlySet<string>;
}

const apply = (door: object, name: string | symbol, args: readonly unknown[]): unknown => {
  const call: unknown = Reflect.get(door, name);
  return typeof call === 'function' ? Reflect.apply(call, door, args) : call;
};

/** Lets what a mirrored call gives come to its end; its outcome is the twin's own matter. */
const drained = async (given: unknown): Promise<void> => {
  try {
    if (typeof given !== 'object' || given === null || !(Symbol.asyncIterator in given)) await given;
    else for await (const _ of given as AsyncIterable<unknown>);
  } catch {
    // The answer that counts is the system's.
  }
};

/** Calls that a conversation follows: it cannot be led with two at once. */
const conversations = new Set(['socket', 'stream']);

/** A door whose calls go where the switch says, each as a whole. What is no function is the system's. */
export const switched = <T extends object>(door: T, twin: T, by: Switch): T => {
  const { wayOf, rewritten, doors } = by;
  return new Proxy(door, {
    get: (target, name) => {
      if (name === 'close') return () => Promise.all([apply(target, name, []), apply(twin, name, [])]);
      const held: unknown = Reflect.get(target, name);
      if (typeof held !== 'function' || typeof name !== 'string') return held;
      return (...given: unknown[]): unknown => {
        if (doors?.has(name) === true) {
          const inner = [target, twin].map((one) => apply(one, name, given));
          return switched(Object(inner[0]), Object(inner[1]), by);
        }
        const way = wayOf(name);
        const args = rewritten(name, given);
        if (way === 'twin') return apply(twin, name, args);
        if (way === 'both' && !conversations.has(name)) void drained(apply(twin, name, args));
        return apply(target, name, args);
      };
    },
  });
};

const swapped = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string')
    return [...names].reduce((text, [name, other]) => text.replaceAll(name, other), value);
  if (Array.isArray(value)) return value.map((one) => swapped(one, names));
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, swapped(one, names)]));
};

/** Arguments in which every text names another object. */
export const renamed = (args: readonly unknown[], names: ReadonlyMap<string, string>): readonly unknown[] =>
  args.map((one) => swapped(one, names));
