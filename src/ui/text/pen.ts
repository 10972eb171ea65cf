import { type GlyphName, glyphs, sparkSteps, toAscii } from '../theme/glyphs.ts';
import type { TextRole } from '../theme/roles.ts';
import type { StyledLine, StyledRun } from './line.ts';
import { cut, cutInside, isSingleCellText, wrap } from './width.ts';

/** What is done to a text before it is drawn, copied or exported. */
export interface TextMask {
  /** Aliases stand in place of what they are for. Without it only secrets are masked. */
  readonly shared: boolean;
  /** `own` are names that stay; `field`: the name of the field that it is the value of. Masking twice is masking once. */
  mask(text: string, own?: readonly string[], field?: string): string;
  /** A text that is being typed: what is on its way to a name is not shown letter by letter. */
  maskTyped(text: string): string;
  /** What a typed text asks for, where an alias stands in it. Never to be drawn. */
  resolveAliases(text: string): string;
}

/** What makes runs out of text: the one place where text of any origin becomes something to draw. */
export interface TextPen {
  readonly ascii: boolean;
  /** Aliases are drawn in place of names. */
  readonly shared: boolean;
  /** The mark of a cut. */
  readonly ellipsis: string;
  run(text: string, role?: TextRole): StyledRun;
  /** The name of what is acted on, or a part of it: never an alias, or nobody could act safely. */
  unmasked(text: string, role?: TextRole): StyledRun;
  glyph(name: GlyphName, role?: TextRole): StyledRun;
  line(...parts: readonly (string | StyledRun)[]): StyledLine;
  /** A text as it may leave the screen: for copies, exports and bells, and before it is measured or matched. */
  maskText(text: string): string;
  /** `maskText` of the value of a field, whose name may tell that it is a secret or a user. */
  maskField(text: string, field: string): string;
  /** How a name that stays here is called everywhere else. */
  aliasOf(name: string): string;
  /** What is being typed, as it may be seen. */
  maskTyped(text: string): string;
  /** What a typed text looks for, where an alias stands in it. Never to be drawn. */
  resolveAliases(text: string): string;
  /** `wrap`, `cut` and `cutInside` of what may be seen: half a name that was cut before would not be recognised. */
  wrap(text: string, width: number): readonly string[];
  cut(text: string, width: number): string;
  cutInside(text: string, width: number): string;
  /** The same pen for a card about these objects, whose names stay. */
  withUnmaskedNames(names: readonly string[]): TextPen;
  /** The eight steps of a sparkline, lowest first. */
  readonly sparkSteps: string;
}

/**
 * C0, DEL, C1, bidi controls, separators of lines, private use, lone surrogates. the platform strips what steers a terminal at
 * the edge; what got past it, was typed or was pasted must not steer it either, nor be as wide as a font likes.
 */
const controls = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Co}\p{Cs}]/gu;
/** Those that stand between two words. */
const breaks = '\n\t\u0085\u2028\u2029';

const noMask: TextMask = {
  shared: false,
  mask: (text) => text,
  maskTyped: (text) => text,
  resolveAliases: (text) => text,
};

/** The pen of a screen with all glyphs, or with ASCII only; `open` is what holds also for names that stay. */
export const createTextPen = (ascii: boolean, mask: TextMask = noMask, open: TextMask = noMask): TextPen => {
  const mark = ascii ? '~' : '…';
  const clean = (text: string): string => {
    if (isSingleCellText(text) && !ascii) return text;
    const drawable = text.replaceAll(controls, (c) => (breaks.includes(c) ? ' ' : ''));
    return ascii ? toAscii(drawable) : drawable;
  };
  const penOf = (names: readonly string[]): TextPen => {
    const maskText = (text: string): string => mask.mask(text, names);
    const run = (text: string, role: TextRole = 'plain'): StyledRun => ({
      text: clean(maskText(text)),
      role,
    });
    return {
      ascii,
      shared: mask.shared,
      ellipsis: mark,
      run,
      unmasked: (text, role = 'plain') => ({ text: clean(open.mask(text)), role }),
      glyph: (name, role = 'plain') => ({ text: glyphs[name][ascii ? 1 : 0], role }),
      line: (...parts) => parts.map((part) => (typeof part === 'string' ? run(part) : part)),
      maskText,
      maskField: (text, field) => mask.mask(text, names, field),
      aliasOf: (name) => mask.mask(name),
      maskTyped: mask.maskTyped,
      resolveAliases: mask.resolveAliases,
      wrap: (text, width) => wrap(maskText(text), width),
      cut: (text, width) => cut(maskText(text), width, mark),
      cutInside: (text, width) => cutInside(maskText(text), width, mark),
      withUnmaskedNames: penOf,
      sparkSteps: sparkSteps[ascii ? 1 : 0],
    };
  };
  return penOf([]);
};
