/** A range of code points, inclusive. */
export type Range = readonly [from: number, to: number];

const firstSurrogate = 0xd800;
const lastSurrogate = 0xdfff;
/** Offset from surrogates to the private-use characters E000–E7FF. */
const shift = 0x800;

/**
 * Replaces each surrogate by a private-use character of the same length. JavaScript without the flag u treats
 * surrogates as separate characters; RE2 treats a pair as one.
 */
export const withHalves = (text: string): string =>
  text.replace(/[\ud800-\udfff]/g, (half) => String.fromCharCode(half.charCodeAt(0) + shift));

/** Maps ranges to the characters of a text from `withHalves`. */
export const rangesWithHalves = (ranges: readonly Range[]): readonly Range[] =>
  ranges.flatMap(([from, to]): readonly Range[] => {
    if (to < firstSurrogate || from > lastSurrogate) return [[from, to]];
    const halves: Range = [Math.max(from, firstSurrogate) + shift, Math.min(to, lastSurrogate) + shift];
    return [
      ...(from < firstSurrogate ? [[from, firstSurrogate - 1] as const] : []),
      halves,
      ...(to > lastSurrogate ? [[lastSurrogate + 1, to] as const] : []),
    ];
  });

/**
 * Returns the representative of all characters that the flag i treats as equal without the flag u. Source: ECMA-262,
 * Canonicalize.
 */
const canonical = (code: number): number => {
  const upper = String.fromCharCode(code).toUpperCase();
  if (upper.length !== 1) return code;
  const to = upper.charCodeAt(0);
  return code > 0x7f && to <= 0x7f ? code : to;
};

const makeFamilies = (): readonly (readonly number[])[] => {
  const byCanonical = new Map<number, number[]>();
  for (let code = 0; code <= 0xffff; code++) {
    const key = canonical(code);
    const family = byCanonical.get(key);
    if (family === undefined) byCanonical.set(key, [code]);
    else family.push(code);
  }
  return [...byCanonical.values()].filter((family) => family.length > 1);
};

let families: ReturnType<typeof makeFamilies> | undefined;

const asciiFamilies: readonly (readonly number[])[] = Array.from({ length: 26 }, (_, index) => [
  0x41 + index,
  0x61 + index,
]);

/** Adds the case variants of the flag i to ranges, for expressions without the flag u. */
export const withCaseVariants = (ranges: readonly Range[]): readonly Range[] => {
  const has = (code: number): boolean => ranges.some(([from, to]) => code >= from && code <= to);
  // ASCII letters have no variants outside ASCII.
  const isAscii = ranges.every(([, to]) => to <= 0x7f);
  if (!isAscii) families ??= makeFamilies();
  const variants = (isAscii ? asciiFamilies : (families ?? [])).filter((family) => family.some(has)).flat();
  return [...ranges, ...variants.filter((code) => !has(code)).map((code) => [code, code] as const)];
};
