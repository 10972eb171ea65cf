import type { ColorPalette, PanelColorName, TextColor, TextColorName } from './palette.ts';
import { darkPalette } from './palettes/standard.ts';
import type { TextRole } from './roles.ts';

export type Rgb = readonly [number, number, number];

/** '#FF6B6B' → [255, 107, 107] */
export const rgbOf = (hex: string): Rgb => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];

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

/** The nearest palette color by Euclidean distance in RGB; ties go to the first. */
export const nearest256 = (hex: string): number => {
  const wanted = rgbOf(hex);
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [code, rgb] of table) {
    const away = rgb.reduce((sum, part, index) => sum + (part - (wanted[index] ?? 0)) ** 2, 0);
    if (away < least) [best, least] = [code, away];
  }
  return best;
};

export type ColorDepth = 'none' | '16' | '256' | 'truecolor';

/** SGR parameters of a style. */
export interface SgrStyle {
  readonly fg?: string;
  readonly bg?: string;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}

export interface Theme {
  readonly styles: Readonly<Record<TextRole, SgrStyle>>;
  /** Style of the row under the cursor. */
  readonly selected: SgrStyle;
  /** Style of everything below an open card. */
  readonly dimmed: SgrStyle;
}

/** The definition of a role: its colors, and its style without color. */
interface RoleStyle {
  readonly ink?: TextColorName;
  readonly panel?: PanelColorName;
  readonly bold?: boolean;
  /** Applies at every color depth. */
  readonly inverse?: boolean;
  readonly mono?: SgrStyle;
}

const panelStyle = (panel: PanelColorName): RoleStyle => ({
  panel,
  bold: true,
  mono: { inverse: true, bold: true },
});

const roleStyles: Readonly<Record<TextRole, RoleStyle>> = {
  plain: {},
  bold: { bold: true },
  title: { bold: true },
  faint: { ink: 'faint' },
  rule: { ink: 'rule' },
  focus: { ink: 'focus', bold: true },
  key: { ink: 'focus', mono: { bold: true } },
  ok: { ink: 'ok' },
  warn: { ink: 'warn', mono: { bold: true } },
  crit: { ink: 'crit', bold: true },
  unknown: { ink: 'unknown', mono: { bold: true } },
  stale: { ink: 'faint' },
  loading: { ink: 'loading' },
  down: { ink: 'down' },
  match: { ink: 'focus', bold: true },
  hit: { inverse: true },
  'stream.0': { ink: 'stream0' },
  'stream.1': { ink: 'stream1' },
  'stream.2': { ink: 'stream2' },
  'stream.3': { ink: 'stream3' },
  'stream.4': { ink: 'stream4' },
  'stream.5': { ink: 'stream5' },
  armed: panelStyle('armed'),
  shared: panelStyle('shared'),
  past: panelStyle('past'),
  'env.local': panelStyle('local'),
  'env.dev': panelStyle('dev'),
  'env.staging': panelStyle('staging'),
  'env.production': panelStyle('production'),
  'edge.local': panelStyle('local'),
  'edge.dev': panelStyle('dev'),
  'edge.staging': panelStyle('staging'),
  'edge.production': panelStyle('production'),
  'danger.read': {},
  'danger.safe': {},
  'danger.disruptive': { ink: 'warn', bold: true },
  'danger.destructive': { ink: 'crit', bold: true },
};

type Plane = 38 | 48;

/** The SGR parameters of a color. One of the 16 ANSI codes already implies text or background. */
const code = (plane: Plane, { hex, ansi }: TextColor, depth: Exclude<ColorDepth, 'none'>): string => {
  switch (depth) {
    case '16':
      return ansi;
    case '256':
      return `${plane};5;${nearest256(hex)}`;
    case 'truecolor':
      return `${plane};2;${rgbOf(hex).join(';')}`;
  }
};

const styleOf = (style: RoleStyle, depth: ColorDepth, palette: ColorPalette): SgrStyle => {
  const plain = {
    ...(style.bold === true ? { bold: true } : {}),
    ...(style.inverse === true ? { inverse: true } : {}),
  };
  if (depth === 'none') return { ...plain, ...style.mono };
  const panel = style.panel === undefined ? undefined : palette.panels[style.panel];
  const text = panel?.text ?? (style.ink === undefined ? undefined : palette.inks[style.ink]);
  return {
    ...(text === undefined ? {} : { fg: code(38, text, depth) }),
    ...(panel === undefined ? {} : { bg: code(48, panel.ground, depth) }),
    ...plain,
  };
};

/** Creates the theme of a palette at a color depth. */
export const createTheme = (depth: ColorDepth, palette: ColorPalette = darkPalette): Theme => {
  const entries = Object.entries(roleStyles).map(
    ([role, style]) => [role, styleOf(style, depth, palette)] as const,
  );
  const deep = depth === '256' || depth === 'truecolor';
  return {
    // Safe: the keys are those of `roleStyles`, which has every role.
    styles: Object.fromEntries(entries) as Readonly<Record<TextRole, SgrStyle>>,
    selected: deep ? { bg: code(48, { hex: palette.selected, ansi: '' }, depth) } : { inverse: true },
    dimmed: styleOf(depth === 'none' ? {} : roleStyles.stale, depth, palette),
  };
};
