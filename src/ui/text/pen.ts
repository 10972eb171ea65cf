import { type GlyphName, glyphs, sparkSteps, toAscii } from '../theme/glyphs.ts';
import type { Role } from '../theme/roles.ts';
import type { Line, Run } from './run.ts';

/** What makes runs out of text: the one place where text of any origin becomes something to draw. */
export interface Pen {
  readonly ascii: boolean;
  /** The mark of a cut. */
  readonly mark: string;
  run(text: string, role?: Role): Run;
  glyph(name: GlyphName, role?: Role): Run;
  line(...parts: readonly (string | Run)[]): Line;
  /** The eight steps of a sparkline, lowest first. */
  readonly steps: string;
}

/** C0, DEL, C1 and bidi controls. `io` strips them at the edge; nothing that got past it may steer the terminal. */
const controls = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The pen of a screen with all glyphs, or with ASCII only. */
export const createPen = (ascii: boolean): Pen => {
  const clean = (text: string): string => {
    const drawable = text.replaceAll(controls, (c) => (c === '\n' || c === '\t' ? ' ' : ''));
    return ascii ? toAscii(drawable) : drawable;
  };
  const run = (text: string, role: Role = 'plain'): Run => ({ text: clean(text), role });
  return {
    ascii,
    mark: ascii ? '~' : '…',
    run,
    glyph: (name, role = 'plain') => ({ text: glyphs[name][ascii ? 1 : 0], role }),
    line: (...parts) => parts.map((part) => (typeof part === 'string' ? run(part) : part)),
    steps: sparkSteps[ascii ? 1 : 0],
  };
};
