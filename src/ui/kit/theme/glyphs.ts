import type { Level } from '../../../domain/facts/level.ts';

/** All glyphs, one cell each, with their ASCII replacement for `--ascii`. */
export const glyphs = {
  ok: ['●', '+'],
  warn: ['▲', '!'],
  crit: ['✗', 'X'],
  unknown: ['?', '?'],
  stale: ['~', '~'],
  off: ['○', 'o'],
  loading: ['◌', '.'],
  none: ['◇', ':'],
  empty: ['∅', '_'],
  down: ['⊗', '#'],
  denied: ['⊘', '@'],
  focus: ['▌', '>'],
  edge: ['┃', '|'],
  rail: ['▌', '|'],
  hit: ['›', '>'],
  marked: ['◆', '*'],
  changed: ['•', '^'],
  chosen: ['▸', '>'],
  open: ['▾', 'v'],
  full: ['█', '#'],
  used: ['━', '='],
  unused: ['─', '-'],
  rest: ['░', '.'],
  rising: ['↗', '^'],
  falling: ['↘', 'v'],
  level: ['→', '='],
  forward: ['⇄', '='],
} as const;

/** Rules of panels by the sides that they connect: 1 up, 2 right, 4 down, 8 left. */
const ruleGlyphs = ' ╵╶╰╷│╭├╴╯─┴╮┤┬┼';

/** The character that connects these sides: the sum of 1 up, 2 right, 4 down and 8 left. */
export const ruleGlyph = (sides: number, ascii: boolean): string => {
  if (!ascii) return ruleGlyphs.charAt(sides);
  if (sides === 0) return ' ';
  return sides === 10 ? '-' : sides === 5 ? '|' : '+';
};

/** The frame of a card. */
export const cardFrames = [
  { rule: '━', side: '┃', top: ['┏', '┓'], bottom: ['┗', '┛'] },
  { rule: '=', side: '|', top: ['+', '+'], bottom: ['+', '+'] },
] as const;

/** The steps of a sparkline, lowest first. The highest is not a full block: rows must not merge. */
export const sparkSteps = ['▁▂▃▄▅▆▇', '_.:-=+*'] as const;

export type GlyphName = keyof typeof glyphs;

/** The word of a level, shown next to its glyph. */
export const levelWords: Readonly<Record<Level, string>> = {
  ok: 'OK',
  unknown: 'UNKNOWN',
  warn: 'WARN',
  crit: 'CRIT',
};

const replacements = new Map<string, string>([
  ...Object.values(glyphs),
  ...[...sparkSteps[0]].map((step, index): [string, string] => [step, sparkSteps[1][index] ?? '#']),
  ['·', '-'],
  ['–', '-'],
  ['…', '~'],
  ['≤', '<='],
  ['≥', '>='],
  ['≠', '!='],
  ['→', '->'],
  ['×', 'x'],
]);
const replaceable = new RegExp(`[${[...replacements.keys()].filter((key) => key > '\x7f').join('')}]`, 'gu');

/** Replaces our glyphs by ASCII. Other scripts in data remain. */
export const toAscii = (text: string): string =>
  text.replaceAll(replaceable, (glyph) => replacements.get(glyph) ?? glyph);
