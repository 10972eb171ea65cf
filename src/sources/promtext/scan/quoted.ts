import { backslash, quote } from './characters.ts';
import type { Cursor } from './cursor.ts';

const escapes = /\\([\\n"])/g;
const helpEscapes = /\\([\\n])/g;
const unescaped = (_: string, escaped: string): string => (escaped === 'n' ? '\n' : escaped);

/** The text after HELP: \\ and \n are escapes, in OpenMetrics \" is one too. Any other backslash stands for itself. */
export const helpText = (written: string, openMetrics: boolean): string =>
  written.includes('\\') ? written.replace(openMetrics ? escapes : helpEscapes, unescaped) : written;

/** A text in quotes at the cursor, which is left behind them. Escapes are \\, \" and \n; any other backslash stands for itself. */
export const readQuoted = (cursor: Cursor): string => {
  const { text, end } = cursor;
  const start = cursor.at + 1;
  let at = start;
  let hasEscapes = false;
  for (; at < end; at += 1) {
    const code = cursor.code(at);
    if (code === quote) break;
    if (code !== backslash) continue;
    hasEscapes = true;
    at += 1;
  }
  if (at >= end) {
    cursor.problem = 'a quote is not closed';
    return '';
  }
  cursor.at = at + 1;
  const written = text.slice(start, at);
  return hasEscapes ? written.replace(escapes, unescaped) : written;
};
