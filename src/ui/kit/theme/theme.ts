import type { Level } from '../../../domain/facts/level.ts';
import { isLightColor, nearest256, type Rgb, rgbOf, rgbOf256 } from './contrast.ts';
import {
  type ColorPalette,
  minFaintContrast,
  type PanelColorName,
  type TextColor,
  type TextColorName,
  type TintName,
} from './palettes/palette.ts';
import { darkPalette } from './palettes/standard.ts';
import type { TextRole } from './roles.ts';

export type ColorDepth = 'none' | '16' | '256' | 'truecolor';

/** SGR parameters of a style. */
export interface SgrStyle {
  readonly fg?: string;
  readonly bg?: string;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}

export interface Theme {
  /** True if it is for a light background. */
  readonly isLight: boolean;
  readonly styles: Readonly<Record<TextRole, SgrStyle>>;
  /**
   * Style of the row under the cursor. `fg` is the color of its plain text. Without colors of its own the whole row is
   * inverse.
   */
  readonly selected: SgrStyle;
  /** Backgrounds of whole rows; without a color where the theme or the terminal has none. */
  readonly tints: Readonly<Record<Level, SgrStyle>>;
  /** Style of everything below an open card. */
  readonly dimmed: SgrStyle;
}

/** The definition of a role: its colors, and its style without color. */
interface RoleStyle {
  readonly ink?: TextColorName;
  readonly panel?: PanelColorName;
  readonly tint?: TintName;
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
  crit: { ink: 'crit', mono: { bold: true } },
  unknown: { ink: 'unknown', mono: { bold: true } },
  stale: { ink: 'faint' },
  loading: { ink: 'loading' },
  down: { ink: 'down' },
  series: { ink: 'series' },
  spark: { ink: 'spark' },
  limit: { ink: 'limit' },
  match: { ink: 'focus', bold: true },
  hit: { inverse: true },
  'stream.0': { ink: 'stream0' },
  'stream.1': { ink: 'stream1' },
  'stream.2': { ink: 'stream2' },
  'stream.3': { ink: 'stream3' },
  'stream.4': { ink: 'stream4' },
  'stream.5': { ink: 'stream5' },
  armed: panelStyle('armed'),
  armedText: { panel: 'armed', mono: { inverse: true } },
  chip: { tint: 'chip' },
  fill: { tint: 'fill' },
  fillLimit: { tint: 'fill', ink: 'limit' },
  caution: { tint: 'warn' },
  cautionLimit: { tint: 'warn', ink: 'limit' },
  breach: { tint: 'breach' },
  breachLimit: { tint: 'breach', ink: 'limit' },
  shared: panelStyle('shared'),
  past: panelStyle('past'),
  'env.local': panelStyle('local'),
  'env.dev': panelStyle('dev'),
  'env.staging': panelStyle('staging'),
  'env.production': panelStyle('production'),
  'danger.read': {},
  'danger.safe': {},
  'danger.disruptive': { ink: 'warn', bold: true },
  'danger.destructive': { ink: 'crit', bold: true },
  'cause.warn': { ink: 'warn', bold: true },
  'cause.crit': { ink: 'crit', bold: true },
  'cause.unknown': { ink: 'unknown', bold: true },
  'flash.ok': { ink: 'ok', bold: true, inverse: true },
  'flash.warn': { ink: 'warn', bold: true, inverse: true },
  'flash.crit': { ink: 'crit', bold: true, inverse: true },
  'flash.unknown': { ink: 'unknown', bold: true, inverse: true },
};

type Plane = 38 | 48;

/** Backgrounds on which a text color must be readable, and the minimum contrast. */
interface Readable {
  readonly grounds: readonly Rgb[];
  readonly least: number;
}

/** The SGR parameters of a color. One of the 16 ANSI codes already implies text or background. */
const code = (
  plane: Plane,
  { hex, ansi }: TextColor,
  depth: Exclude<ColorDepth, 'none'>,
  readable: () => Readable = () => ({ grounds: [], least: 1 }),
): string => {
  switch (depth) {
    case '16':
      return ansi;
    case '256': {
      const { grounds, least } = readable();
      return `${plane};5;${nearest256(hex, grounds, least)}`;
    }
    case 'truecolor':
      return `${plane};2;${rgbOf(hex).join(';')}`;
  }
};

/**
 * The tint of a row or a chip. None of the 256 colors is near enough to a tint (ΔE < 6), so it needs 24 bits; otherwise the rail
 * beside the row remains.
 */
const tintOf = (name: TintName, depth: ColorDepth, { tints, selected }: ColorPalette): SgrStyle =>
  depth === 'truecolor' && tints !== undefined
    ? {
        // The terminal's own color is unreadable on a tint where its background differs from that of the theme.
        fg: code(38, { hex: selected.text, ansi: '' }, depth),
        bg: code(48, { hex: tints[name], ansi: '' }, depth),
      }
    : {};

/** The backgrounds of text: those of the terminal, and of the selected row. */
const groundsOf = ({ grounds, selected }: ColorPalette): readonly Rgb[] => [
  ...grounds.map(rgbOf),
  rgbOf256(nearest256(selected.ground)),
];

/** Rules and bars: no text is drawn in their colors. */
const graphicInks: ReadonlySet<TextColorName> = new Set(['rule', 'spark']);

const styleOf = (style: RoleStyle, depth: ColorDepth, palette: ColorPalette): SgrStyle => {
  const plain = {
    ...(style.bold === true ? { bold: true } : {}),
    ...(style.inverse === true ? { inverse: true } : {}),
  };
  if (depth === 'none') return { ...plain, ...style.mono };
  const { contrast } = palette;
  if (style.panel !== undefined) {
    const { text, ground } = palette.panels[style.panel];
    const readable = (): Readable => ({ grounds: [rgbOf(text.hex)], least: contrast });
    return { fg: code(38, text, depth), bg: code(48, ground, depth, readable), ...plain };
  }
  const tint = style.tint === undefined ? {} : tintOf(style.tint, depth, palette);
  if (style.ink === undefined) return { ...plain, ...tint };
  const least = graphicInks.has(style.ink) ? minFaintContrast : contrast;
  return {
    ...tint,
    fg: code(38, palette.inks[style.ink], depth, () => ({ grounds: groundsOf(palette), least })),
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
    isLight: isLightColor(rgbOf(palette.grounds[0] ?? '#000000')),
    // Safe: the keys are those of `roleStyles`, which has every role.
    styles: Object.fromEntries(entries) as Readonly<Record<TextRole, SgrStyle>>,
    selected: deep
      ? {
          fg: code(38, { hex: palette.selected.text, ansi: '' }, depth, () => ({
            grounds: groundsOf(palette).slice(-1),
            least: palette.contrast,
          })),
          bg: code(48, { hex: palette.selected.ground, ansi: '' }, depth),
        }
      : { inverse: true },
    tints: {
      crit: tintOf('crit', depth, palette),
      warn: tintOf('warn', depth, palette),
      ok: tintOf('ok', depth, palette),
      unknown: tintOf('unknown', depth, palette),
    },
    dimmed: styleOf(depth === 'none' ? {} : roleStyles.stale, depth, palette),
  };
};
