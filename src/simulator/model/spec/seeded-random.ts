/** A random number generator in [0, 1) that is deterministic for a seed. */
export type RandomSource = () => number;

/** FNV-1a hash of a text to 32 bits, so that every instance of every environment has its own stream. */
export const fnv1a = (text: string): number => extendHash(0x811c9dc5, text);

/** Continues a hash `h`: `hashOn(hash(a), b)` is `hash(a + b)`. */
export const extendHash = (h: number, text: string): number => {
  let on = h;
  for (let i = 0; i < text.length; i += 1) on = Math.imul(on ^ text.charCodeAt(i), 0x01000193);
  return on >>> 0;
};

/** The mulberry32 generator; 32 bits of state are enough for simulated traffic. */
export const seededRandom = (seed: string): RandomSource => {
  let state = fnv1a(seed);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};
