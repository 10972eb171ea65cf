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
  done: ['✓', 'v'],
  forward: ['⇄', '='],
} as const;

/** Rules of panels by the sides that they connect: 1 up, 2 right, 4 down, 8 left. */
const ruleGlyphs = ' ╵╶╰╷│╭├╴╯─┴╮┤┬┼';
/** The same while production is armed. Half a double rule is drawn whole. */
const doubleRuleGlyphs = ' ║═╚║║╔╠═╝═╩╗╣╦╬';

/** Thin rules, or the double ones while production is armed. */
export type RuleWeight = 'thin' | 'double';

/** The character that connects these sides: the sum of 1 up, 2 right, 4 down and 8 left. */
export const ruleGlyph = (sides: number, ascii: boolean, weight: RuleWeight = 'thin'): string => {
  const isDouble = weight === 'double';
  if (!ascii) return (isDouble ? doubleRuleGlyphs : ruleGlyphs).charAt(sides);
  if (sides === 0) return ' ';
  return sides === 10 ? (isDouble ? '=' : '-') : sides === 5 ? '|' : '+';
};

/** The characters of a card's frame: edges, corners, and what joins the rules of its zones to its sides. */
export interface CardFrame {
  readonly rule: string;
  readonly side: string;
  readonly top: readonly [string, string];
  readonly bottom: readonly [string, string];
  /** Joins the thin rule above a zone. */
  readonly zone: readonly [string, string];
  /** Joins the rule above the keys that answer a card. */
  readonly decision: readonly [string, string];
}

type FrameForms = readonly [unicode: CardFrame, ascii: CardFrame];

const asciiFrame = (rule: string): CardFrame => ({
  rule,
  side: '|',
  top: ['+', '+'],
  bottom: ['+', '+'],
  zone: ['+', '+'],
  decision: ['+', '+'],
});

/** Frames of cards. `double`: a card that changes something; `rounded`: any other. */
export const cardFrames: Readonly<Record<'double' | 'rounded', FrameForms>> = {
  double: [
    {
      ...{ rule: '═', side: '║', top: ['╔', '╗'], bottom: ['╚', '╝'] },
      ...{ zone: ['╟', '╢'], decision: ['╠', '╣'] },
    },
    asciiFrame('='),
  ],
  rounded: [
    {
      ...{ rule: '─', side: '│', top: ['╭', '╮'], bottom: ['╰', '╯'] },
      ...{ zone: ['├', '┤'], decision: ['├', '┤'] },
    },
    asciiFrame('-'),
  ],
};

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

/** The name of a level beside a count: '3 critical'. */
export const levelNames: Readonly<Record<Level, string>> = {
  ok: 'ok',
  unknown: 'unknown',
  warn: 'warning',
  crit: 'critical',
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
