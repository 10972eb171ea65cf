/** Texts of two screens of 200 × 60 or so; beyond that the older half is forgotten. */
const keptAtMost = 4000;

/** A pure function of a text that remembers what it gave, within bounds. */
export interface Remembered {
  (text: string): string;
  /** What it was worked out from has changed. */
  forget(): void;
}

/** Two generations: what is asked for again outlives the one that is dropped. */
export const remembered = (work: (text: string) => string): Remembered => {
  let [young, old] = [new Map<string, string>(), new Map<string, string>()];
  const keep = (text: string, result: string): string => {
    if (young.size >= keptAtMost) [young, old] = [new Map(), young];
    young.set(text, result);
    return result;
  };
  const ask = (text: string): string => {
    const had = young.get(text);
    return had ?? keep(text, old.get(text) ?? work(text));
  };
  return Object.assign(ask, {
    forget: () => {
      [young, old] = [new Map(), new Map()];
    },
  });
};
