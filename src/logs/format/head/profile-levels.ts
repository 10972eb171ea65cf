import { type LogLevel, levelCode, logLevels } from '../../../domain/log-level.ts';
import type { LogSettings } from '../../../domain/profile.ts';
import { type Matcher, matcherOf, matchesOr } from '../../../domain/regex/matcher.ts';

/** So much of a line the profile's patterns are matched against, in bytes. */
const lookedAt = 1024;

/** The profile's own patterns for levels, the gravest first. */
export type LevelPatterns = readonly { readonly code: number; readonly pattern: Matcher }[];

/** Throws SyntaxError for a pattern that is none. */
export const levelPatterns = (levels: LogSettings['levels']): LevelPatterns =>
  logLevels.toReversed().flatMap((level: LogLevel) => {
    const text = levels[level];
    return text === undefined ? [] : [{ code: levelCode(level), pattern: matcherOf(text) }];
  });

/** The level that the profile's patterns give to a line; 0 when none does. */
export const levelByPatterns = (
  patterns: LevelPatterns,
  bytes: Uint8Array,
  begin: number,
  end: number,
): number => {
  const text = new TextDecoder().decode(bytes.subarray(begin, Math.min(end, begin + lookedAt)));
  return patterns.find(({ pattern }) => matchesOr(pattern, text, false))?.code ?? 0;
};
