import type { Millis } from '../../domain/fault.ts';
import type { LogLevel } from '../../domain/log-level.ts';

/** A pattern as a person or a profile gave it. Matched against one line, JavaScript's regular expressions. */
export interface LinePattern {
  readonly text: string;
  /** False: the text is meant as it stands. */
  readonly regex: boolean;
  readonly ignoreCase: boolean;
}

/**
 * One filter. Several includes are "or"; of everything else each may hide a line. Gaps and notes are rows of their
 * stream: text and level hide none of them.
 */
export type Chip =
  | { readonly is: 'include'; readonly pattern: LinePattern }
  | { readonly is: 'exclude'; readonly pattern: LinePattern }
  /** Lines at least this grave; one whose level is not known is hidden. */
  | { readonly is: 'level'; readonly least: LogLevel }
  /** Lines of these streams, by their ids, or of all but these. */
  | { readonly is: 'stream'; readonly streams: readonly string[]; readonly not: boolean }
  /** Wall clock; `from` included, `to` not. */
  | { readonly is: 'time'; readonly from?: Millis; readonly to?: Millis };

/** Lines around those that pass, of the same stream, that are shown with them (grep's -B and -A). */
export interface Context {
  readonly before: number;
  readonly after: number;
}

export const noContext: Context = { before: 0, after: 0 };

/** Tells a chip from another: equal for chips that judge alike. */
export const chipKey = (chip: Chip): string => JSON.stringify(chip);

/** As people type it: a text without capitals is meant in any case (smart case), `/x/` is a pattern, `/x/i` one in any case. */
export const patternOfWords = (words: string): LinePattern => {
  const [, source, flags] = /^\/(.+)\/(i?)$/.exec(words) ?? [];
  const smart = words === words.toLowerCase();
  if (source === undefined) return { text: words, regex: false, ignoreCase: smart };
  return { text: source, regex: true, ignoreCase: flags === 'i' || smart };
};
