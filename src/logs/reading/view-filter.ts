import { levelCode } from '../../domain/log-level.ts';
import { compilePattern, matchedChars } from '../../domain/pattern.ts';
import type { LogView } from '../../domain/profile.ts';
import { type Matcher, matchesOr } from '../../domain/regex/matcher.ts';
import { createHeadReader, type HeadOptions } from '../format/head.ts';

/** Judges lines by a log view, each for itself. `told`: the `levelCode` of a line whose text tells none. */
export type ViewFilter = (line: string, told?: number) => boolean;

/**
 * Several includes are "or", any exclude drops; of a very long line the beginning is matched. A line of which that is not known
 * passes. Lines without control sequences.
 */
export const viewFilter = (
  { include, exclude, ignoreCase, level }: LogView,
  heads: HeadOptions,
): ViewFilter => {
  const flags = ignoreCase === true ? 'i' : '';
  const compiled = (sources: readonly string[]): readonly Matcher[] =>
    sources.map((source) => compilePattern(source, flags)).filter((pattern) => typeof pattern !== 'string');
  const [wanted, unwanted] = [compiled(include), compiled(exclude)];
  const least = levelCode(level);
  const reader = createHeadReader(heads);
  const isGrave = (line: string): boolean => {
    const bytes = Buffer.from(line);
    return reader.read(bytes, 0, bytes.length).ownLevel >= least;
  };
  return (line, told = 0) => {
    const text = line.slice(0, matchedChars);
    if (told < least && !isGrave(text)) return false;
    if (unwanted.some((pattern) => matchesOr(pattern, text, false))) return false;
    return include.length === 0 || wanted.some((pattern) => matchesOr(pattern, text, true));
  };
};
