import { createKeyBlock } from '../../domain/mask/key-block.ts';
import { stripControls } from '../../domain/text/controls.ts';

/** The most of an unfinished line to hold back, in characters, and the part of it that stays back: a secret may be cut there. */
const mostHeld = 16_384;
const stillHeld = 1024;

/** Applies backspaces, by which a line editor corrects what it has written. */
const withBackspaces = (text: string): string => {
  if (!text.includes('\b')) return text;
  const kept: string[] = [];
  for (const unit of text)
    if (unit === '\b') kept.pop();
    else kept.push(unit);
  return kept.join('');
};

/** A line as a person reads it. A line editor writes a blank and a return where it continues at the right edge. */
const readText = (line: string): string => stripControls(withBackspaces(line.replaceAll(/ \r(?!\n)/g, '')));

/** Masks the output of a terminal line by line, as it comes. */
export interface OutputMasker {
  /** Takes more output. Returns what can be written: complete lines, without secrets. */
  add(text: string): string;
  /** Returns the rest. */
  end(): string;
}

/**
 * Creates a masker. A line without secrets keeps its control sequences; one with a secret loses them, because they may
 * divide it. The lines of a private key are left out.
 */
export const createOutputMasker = (mask: (text: string) => string): OutputMasker => {
  let held = '';
  const key = createKeyBlock();

  const masked = (line: string): string => {
    const text = readText(line).replace(/\n$/, '');
    const keyless = key.line(text);
    if (keyless === undefined) return '';
    const shown = mask(keyless);
    const end = /\r?\n?$/.exec(line)?.[0] ?? '';
    return shown === text && mask(line) === line ? line : `${shown}${end}`;
  };

  const take = (length: number): string => {
    const ready = held.slice(0, length);
    held = held.slice(length);
    return (ready.match(/[^\n]*\n|[^\n]+$/g) ?? []).map(masked).join('');
  };

  return {
    add: (text) => {
      held += text;
      const lines = held.lastIndexOf('\n') + 1;
      if (lines > 0) return take(lines);
      // A program that fills the screen writes no lines.
      return held.length > mostHeld ? take(held.length - stillHeld) : '';
    },
    end: () => take(held.length),
  };
};

/** The size of a terminal in cells. */
export interface CastSize {
  readonly columns: number;
  readonly rows: number;
}

/** The first line of a recording. Source: asciinema docs, asciicast v2. `at`: wall clock, in ms. */
export const castHeader = ({ columns, rows }: CastSize, time: number, title: string): string =>
  JSON.stringify({
    version: 2,
    width: columns,
    height: rows,
    timestamp: Math.floor(time / 1000),
    title,
    env: { TERM: 'xterm-256color' },
  });

/** An event of a recording: 'o' is output, 'r' a new size ('80x24'), 'm' a marker. `ms`: since its start. */
export const castEvent = (ms: number, code: 'o' | 'r' | 'm', data: string): string =>
  JSON.stringify([Math.max(0, Math.round(ms)) / 1000, code, data]);
