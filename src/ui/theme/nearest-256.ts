export type Rgb = readonly [number, number, number];

/** '#FF6B6B' → [255, 107, 107] */
export const rgbOf = (hex: string): Rgb => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];

const steps = [0, 95, 135, 175, 215, 255] as const;
const greys = 24;

/** xterm's 6 × 6 × 6 colours (16 to 231), then its greys (232 to 255). */
const table: readonly (readonly [code: number, rgb: Rgb])[] = [
  ...steps.flatMap((r, i) =>
    steps.flatMap((g, j) => steps.map((b, k) => [16 + 36 * i + 6 * j + k, [r, g, b] as const] as const)),
  ),
  ...Array.from({ length: greys }, (_, index) => {
    const value = 8 + 10 * index;
    return [232 + index, [value, value, value] as const] as const;
  }),
];

/** The nearest of them to a colour, by distance in RGB; of equals the first. */
export const nearest256 = (hex: string): number => {
  const wanted = rgbOf(hex);
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [code, rgb] of table) {
    const away = rgb.reduce((sum, part, index) => sum + (part - (wanted[index] ?? 0)) ** 2, 0);
    if (away < least) [best, least] = [code, away];
  }
  return best;
};
