/** Marks of the mutants that the current test reached; called by the probes in the sources (scripts/mutants/probed.ts). */
export const createProbes = (mutants: number) => {
  const reached = new Uint8Array(mutants);
  const mark = (id: number, differs: boolean): void => {
    if (differs) reached[id] = 1;
  };
  return {
    reached,
    falsy: <T>(id: number, value: T): T => {
      mark(id, !value);
      return value;
    },
    truthy: <T>(id: number, value: T): T => {
      mark(id, Boolean(value));
      return value;
    },
    defined: <T>(id: number, value: T): T => {
      mark(id, value !== undefined);
      return value;
    },
    below: <T>(id: number, left: T, right: T): boolean => {
      mark(id, left < right !== left <= right);
      return left < right;
    },
    atMost: <T>(id: number, left: T, right: T): boolean => {
      mark(id, left < right !== left <= right);
      return left <= right;
    },
    above: <T>(id: number, left: T, right: T): boolean => {
      mark(id, left > right !== left >= right);
      return left > right;
    },
    atLeast: <T>(id: number, left: T, right: T): boolean => {
      mark(id, left > right !== left >= right);
      return left >= right;
    },
  };
};

declare global {
  var opsdeckProbes: ReturnType<typeof createProbes> | undefined;
}

/** Defines the probes of this process, before it loads a source. */
export const defineProbes = (mutants: number): void => {
  globalThis.opsdeckProbes ??= createProbes(mutants);
};

/** Returns the marks since the last call as one bit per mutant, in base64, and clears them. */
export const takeReached = (): string => {
  const reached = globalThis.opsdeckProbes?.reached ?? new Uint8Array();
  const bits = Buffer.alloc(Math.ceil(reached.length / 8));
  for (let id = reached.indexOf(1); id !== -1; id = reached.indexOf(1, id + 1))
    bits[id >> 3] = (bits[id >> 3] ?? 0) | (1 << (id & 7));
  reached.fill(0);
  return bits.toString('base64');
};

/** The union of two sets of mutants. */
export const unitedBits = (text: string, other: string): string => {
  const bits = Buffer.from(text, 'base64');
  const more = Buffer.from(other, 'base64');
  for (const [index, byte] of more.entries()) bits[index] = (bits[index] ?? 0) | byte;
  return bits.toString('base64');
};
