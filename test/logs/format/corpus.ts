import { readdirSync, readFileSync } from 'node:fs';
import type { ParsedLine } from '../../../src/logs/format/parsed-line.ts';

const folder = new URL('./lines/', import.meta.url);

/** The current time: days without a year are in 2026. */
export const corpusNow = (): number => Date.UTC(2026, 5, 1);

const linesOf = (name: string): readonly string[] =>
  readFileSync(new URL(name, folder), 'utf8').split('\n').slice(0, -1);

/** Names of the line files. */
export const corpusNames: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => name.replace(/\.txt$/, ''));

export const corpusLines = (name: string): readonly string[] => linesOf(`${name}.txt`);

/** The expected parse of each line, in the format of `formatParsed`. */
export const corpusExpected = (name: string): readonly string[] => linesOf(`${name}.expected`);

/** Formats a parse on one line: format, time, level, message, fields. */
export const formatParsed = ({ format, at, level, message, fields }: ParsedLine): string =>
  [
    format,
    at === undefined ? '-' : new Date(at).toISOString(),
    level ?? '-',
    JSON.stringify(message),
    ...[...fields].map(([name, value]) => `${name}=${value}`),
  ].join(' ¦ ');
