import type { Level } from '../../domain/level.ts';

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
  hit: ['›', '>'],
  marked: ['◆', '*'],
  chosen: ['▸', '>'],
  open: ['▾', 'v'],
  full: ['█', '#'],
  rest: ['░', '.'],
} as const;

/** The eight steps of a sparkline, lowest first. */
export const sparkSteps = ['▁▂▃▄▅▆▇█', '_.:-=+*#'] as const;

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
