import type { Millis } from '../../domain/fault.ts';
import { type LogLevel, levelCode, logLevels } from '../../domain/log-level.ts';
import type { LogSettings } from '../../domain/profile.ts';
import { type Matcher, matcherOf, matchesOr } from '../../domain/regex/matcher.ts';
import { ContinuationDetector, isStackTraceLine } from './head/continuation-detector.ts';
import { HeadScan } from './head/head-scan.ts';
import { scanLine } from './head/scan-line.ts';
import type { TimestampOptions } from './head/timestamp-parser.ts';

/** So much of a line the profile's patterns are matched against, in bytes. */
const lookedAt = 1024;

/** The profile's own patterns for levels, the gravest first. */
type LevelPatterns = readonly { readonly code: number; readonly pattern: Matcher }[];

/** Throws SyntaxError for a pattern that is none. */
export const compileLevelPatterns = (levels: LogSettings['levels']): LevelPatterns =>
  logLevels.toReversed().flatMap((level: LogLevel) => {
    const text = levels[level];
    return text === undefined ? [] : [{ code: levelCode(level), pattern: matcherOf(text) }];
  });

/** The level that the profile's patterns give to a line; 0 when none does. */
export const matchLevel = (
  patterns: LevelPatterns,
  bytes: Uint8Array,
  begin: number,
  end: number,
): number => {
  const text = new TextDecoder().decode(bytes.subarray(begin, Math.min(end, begin + lookedAt)));
  return patterns.find(({ pattern }) => matchesOr(pattern, text, false))?.code ?? 0;
};

/** What a line's first bytes say, for keeping and ordering it. */
interface LineHead {
  /** Wall clock; NaN when the line does not tell. */
  at: Millis;
  /** `levelCode`. A continuation is as grave as the line that it goes with. */
  level: number;
  /** `levelCode` of what the line itself tells, whatever it goes with. A line of a stack trace tells none. */
  ownLevel: number;
  isContinuation: boolean;
}

/**
 * Reads heads of the lines of one stream, to be given all of them in their order: whether a line goes with the one
 * before depends on what was there. Time and level depend on nothing but the line. The answer is the same object each
 * time.
 */
export interface HeadReader {
  /** `end` is behind the last byte, the line feed left out. Bytes without control sequences; never throws. */
  read(bytes: Uint8Array, begin: number, end: number): LineHead;
}

export interface HeadOptions extends Partial<TimestampOptions> {
  /** The profile's patterns, for lines that name no level in a known way. */
  readonly levels?: LogSettings['levels'] | undefined;
}

/** Throws SyntaxError for a pattern of the profile that is none. Times without a zone are UTC unless told otherwise. */
export const createHeadReader = ({ levels = {}, zone = 'utc', now }: HeadOptions = {}): HeadReader => {
  const head: LineHead = { at: Number.NaN, level: 0, ownLevel: 0, isContinuation: false };
  const scan = new HeadScan({ zone, now });
  const further = new ContinuationDetector();
  const patterns = compileLevelPatterns(levels);
  return {
    read: (bytes, begin, end) => {
      scanLine(scan, bytes, begin, end);
      if (scan.level === 0 && patterns.length > 0) scan.level = matchLevel(patterns, bytes, begin, end);
      head.at = scan.at;
      head.isContinuation = further.isContinuation(scan, bytes, begin, end);
      head.ownLevel = scan.timeTo === 0 && isStackTraceLine(scan, bytes, begin, end) ? 0 : scan.level;
      head.level = head.isContinuation ? further.level : scan.level;
      return head;
    },
  };
};
