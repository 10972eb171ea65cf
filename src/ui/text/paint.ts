import type { Style, Theme } from '../theme/theme.ts';
import type { Line } from './run.ts';

/** Background of a whole line, under what its runs say themselves. */
export type Ground = 'plain' | 'selected' | 'dimmed';

interface Code {
  readonly on: string;
  readonly off: string;
}

const codesOf = (style: Style): readonly Code[] => {
  const codes: Code[] = [];
  if (style.bg !== undefined) codes.push({ on: style.bg, off: '49' });
  if (style.inverse === true) codes.push({ on: '7', off: '27' });
  if (style.bold === true) codes.push({ on: '1', off: '22' });
  if (style.fg !== undefined) codes.push({ on: style.fg, off: '39' });
  return codes;
};

const sgr = (params: string): string => `\u001b[${params}m`;

/**
 * From the codes that are on to those wanted, with the fewest bytes: only what ends is closed, only what begins is
 * opened, codes kept in the order in which they were switched on. It is the very form that Ink's own output stage
 * writes, which spares that stage a second pass over the row.
 */
const change = (
  active: readonly Code[],
  wanted: readonly Code[],
): { text: string; active: readonly Code[] } => {
  const closed = active.filter((code) => !wanted.some((other) => other.off === code.off));
  const opened = wanted.filter((code) => !active.some((other) => other.on === code.on));
  const kept = active.filter((code) => wanted.some((other) => other.on === code.on));
  const text = [...closed.toReversed().map((code) => code.off), ...opened.map((code) => code.on)];
  return { text: text.map(sgr).join(''), active: [...kept, ...opened] };
};

const styleOn = (ground: Ground, style: Style, theme: Theme): Style => {
  if (ground === 'dimmed') return theme.dimmed;
  if (ground === 'plain') return style;
  // Colours of 16 on an inverse row would each make a block of their own.
  return theme.selected.inverse === true
    ? { ...theme.selected, ...(style.bold === true ? { bold: true } : {}) }
    : { ...style, ...theme.selected };
};

/** A line as the terminal takes it: text with SGR, nothing else. */
export const paint = (line: Line, theme: Theme, ground: Ground = 'plain'): string => {
  let result = '';
  let active: readonly Code[] = [];
  for (const run of line) {
    if (run.text === '') continue;
    const next = change(active, codesOf(styleOn(ground, theme.styles[run.role], theme)));
    result += next.text + run.text;
    active = next.active;
  }
  return result + change(active, []).text;
};
