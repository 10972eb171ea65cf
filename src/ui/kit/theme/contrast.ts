export type Rgb = readonly [number, number, number];

/** '#FF6B6B' → [255, 107, 107] */
export const rgbOf = (hex: string): Rgb => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];

/** Relative luminance from 0 (black) to 1 (white), as WCAG 2.2 defines it for sRGB. */
const luminance = (rgb: Rgb): number => {
  const [r = 0, g = 0, b = 0] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** The contrast ratio of two colors, from 1 to 21, as WCAG 2.2 defines it. */
export const contrast = (a: Rgb, b: Rgb): number => {
  const value = luminance(a);
  const other = luminance(b);
  return (Math.max(value, other) + 0.05) / (Math.min(value, other) + 0.05);
};

/** True if black text is easier to read on this background than white text. */
export const isLightColor = (rgb: Rgb): boolean => contrast(rgb, [0, 0, 0]) > contrast(rgb, [255, 255, 255]);

const steps = [0, 95, 135, 175, 215, 255] as const;
const greys = 24;

/** The xterm palette: 6 × 6 × 6 colors (16 to 231), then grays (232 to 255). */
const table: readonly (readonly [code: number, rgb: Rgb])[] = [
  ...steps.flatMap((r, i) =>
    steps.flatMap((g, j) => steps.map((b, k) => [16 + 36 * i + 6 * j + k, [r, g, b] as const] as const)),
  ),
  ...Array.from({ length: greys }, (_, index) => {
    const value = 8 + 10 * index;
    return [232 + index, [value, value, value] as const] as const;
  }),
];

/** The color of a code of the xterm palette, 16 to 255. */
export const rgbOf256 = (code: number): Rgb => table[code - 16]?.[1] ?? [0, 0, 0];

/**
 * The nearest palette color by Euclidean distance in RGB that has a contrast of at least `least` on every one of `grounds`,
 * or the nearest of all if there is none; ties go to the first.
 */
export const nearest256 = (hex: string, grounds: readonly Rgb[] = [], least = 1): number => {
  const wantedRgb = rgbOf(hex);
  const near = { code: 0, away: Number.POSITIVE_INFINITY };
  const readable = { code: 0, away: Number.POSITIVE_INFINITY };
  for (const [code, rgb] of table) {
    const away = rgb.reduce((sum, part, index) => sum + (part - (wantedRgb[index] ?? 0)) ** 2, 0);
    if (away < near.away) Object.assign(near, { code, away });
    if (away < readable.away && grounds.every((ground) => contrast(rgb, ground) >= least))
      Object.assign(readable, { code, away });
  }
  return readable.away === Number.POSITIVE_INFINITY ? near.code : readable.code;
};
