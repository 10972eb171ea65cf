import type { Graphs } from '../../../domain/profile/settings.ts';
import { type GlyphName, glyphs, sparkSteps, toAscii } from '../theme/glyphs.ts';
import type { TextRole } from '../theme/roles.ts';
import type { StyledLine, StyledRun } from './line.ts';
import { cut, cutInside, isSingleCellText, wrap } from './width.ts';

/** Masks texts before they are drawn, copied or exported. */
export interface TextMask {
  /** True if aliases replace names (screen sharing). Otherwise only secrets are masked. */
  readonly shared: boolean;
  /** Idempotent. `own`: names to keep; `field`: the name of the field whose value this is. */
  mask(text: string, own?: readonly string[], field?: string): string;
  /** Masks text that is being typed, so that a name is not revealed letter by letter. */
  maskTyped(text: string): string;
  /** Replaces aliases in typed text by the real names. The result must never be drawn. */
  resolveAliases(text: string): string;
}

/** Converts text to drawable runs. All text from outside passes through here. */
export interface TextPen {
  readonly ascii: boolean;
  /** The characters of charts; 'ascii' wherever `ascii` is true. */
  readonly graphs: Graphs;
  /** True if aliases are drawn instead of names. */
  readonly shared: boolean;
  /** The truncation mark. */
  readonly ellipsis: string;
  run(text: string, role?: TextRole): StyledRun;
  /** The target of an action, or a part of its name. Never an alias, because a confirmation needs the real name. */
  unmasked(text: string, role?: TextRole): StyledRun;
  glyph(name: GlyphName, role?: TextRole): StyledRun;
  line(...parts: readonly (string | StyledRun)[]): StyledLine;
  /** Masks text that leaves the screen (copies, exports, bells) or is measured or matched. */
  maskText(text: string): string;
  /** Masks the value of a field, whose name can indicate a secret or a user. */
  maskField(text: string, field: string): string;
  /** The alias of a name that this pen keeps. */
  aliasOf(name: string): string;
  /** Masks text that is being typed. */
  maskTyped(text: string): string;
  /** Replaces aliases in typed text by the real names. The result must never be drawn. */
  resolveAliases(text: string): string;
  /** `wrap`, `cut` and `cutInside` of masked text. Truncation before masking would hide half a name from the mask. */
  wrap(text: string, width: number): readonly string[];
  cut(text: string, width: number): string;
  cutInside(text: string, width: number): string;
  /** The same pen for a card about these objects, whose names are kept. */
  withUnmaskedNames(names: readonly string[]): TextPen;
  /** The steps of a sparkline, lowest first. */
  readonly sparkSteps: string;
}

/**
 * C0, DEL, C1, bidi controls, line separators, private use and lone surrogates. The platform layer already removes control
 * characters from input; this also covers typed and pasted text, and characters of font-dependent width.
 */
const controls =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Co}\p{Cs}]/gu;
/** Control characters that separate words. */
const breaks = '\n\t\u0085\u2028\u2029';

/**
 * More marks and invisible characters on one letter than any writing system has: a terminal takes seconds for thousands of them,
 * and no width limits them. Half of the limit of stream-safe texts (UAX #15, 13).
 */
const piledMarks = /([\p{M}\p{Cf}]{15})[\p{M}\p{Cf}]+/gu;

/** A text with at most 15 marks on one letter. */
const withoutPiles = (text: string): string =>
  isSingleCellText(text) ? text : text.replaceAll(piledMarks, '$1');

/** Drawn instead of a letter that must not be read. */
export const hiddenLetter = '•';

const noMask: TextMask = {
  shared: false,
  mask: (text) => text,
  maskTyped: (text) => text,
  resolveAliases: (text) => text,
};

/** Creates the pen of a screen, with all glyphs or ASCII only. `open`: the mask that also applies to kept names. */
export const createTextPen = (
  ascii: boolean,
  mask: TextMask = noMask,
  open: TextMask = noMask,
  graphs: Graphs = 'braille',
): TextPen => {
  const mark = ascii ? '~' : '…';
  const clean = (text: string): string => {
    if (isSingleCellText(text) && !ascii) return text;
    const drawable = text.replaceAll(controls, (c) => (breaks.includes(c) ? ' ' : ''));
    return ascii ? toAscii(drawable) : drawable;
  };
  const penOf = (names: readonly string[]): TextPen => {
    const maskText = (text: string): string => mask.mask(withoutPiles(text), names);
    const run = (text: string, role: TextRole = 'plain'): StyledRun => ({
      text: clean(maskText(text)),
      role,
    });
    return {
      ascii,
      graphs: ascii ? 'ascii' : graphs,
      shared: mask.shared,
      ellipsis: mark,
      run,
      unmasked: (text, role = 'plain') => ({ text: clean(open.mask(withoutPiles(text))), role }),
      glyph: (name, role = 'plain') => ({ text: glyphs[name][ascii ? 1 : 0], role }),
      line: (...parts) => parts.map((part) => (typeof part === 'string' ? run(part) : part)),
      maskText,
      maskField: (text, field) => mask.mask(withoutPiles(text), names, field),
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
