import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { type LogLevel, levelCode, logLevels } from '../../domain/facts/log-level.ts';
import type { LogSettings } from '../../domain/profile/profile.ts';
import { type Matcher, matcherOf, matchesOr } from '../../domain/regex/matcher.ts';
import { ContinuationDetector, isStackTraceLine } from './head/continuation-detector.ts';
import { HeadScan, type InnerLine } from './head/head-scan.ts';
import { readBelow } from './head/record-below.ts';
import { scanLine } from './head/scan-line.ts';
import type { TimestampOptions } from './head/timestamp-parser.ts';

/** Maximum bytes of a line that the profile's patterns are matched against. */
const maxPatternBytes = 1024;

/** The profile's patterns for levels, most severe first. */
type LevelPatterns = readonly { readonly code: number; readonly pattern: Matcher }[];

/** Throws SyntaxError for an invalid pattern. */
export const compileLevelPatterns = (levels: LogSettings['levels']): LevelPatterns =>
  logLevels.toReversed().flatMap((level: LogLevel) => {
    const text = levels[level];
    return text === undefined ? [] : [{ code: levelCode(level), pattern: matcherOf(text) }];
  });

/** Returns the level of a line according to the profile's patterns; 0 if none matches. */
export const matchLevel = (
  patterns: LevelPatterns,
  bytes: Uint8Array,
  begin: number,
  end: number,
): number => {
  const text = new TextDecoder().decode(bytes.subarray(begin, Math.min(end, begin + maxPatternBytes)));
  return patterns.find(({ pattern }) => matchesOr(pattern, text, false))?.code ?? 0;
};

/** Properties of a line read from its first bytes, used to store and order it. */
interface LineHead {
  /** Wall clock; NaN if the line contains no time. */
  at: Millis;
  /** `levelCode`. A continuation has the level of its head line. */
  level: number;
  /** `levelCode` of the line by itself, even of a continuation. Lines of a stack trace have none. */
  ownLevel: number;
  isContinuation: boolean;
}

/**
 * Reads the heads of one stream's lines. Requires all lines in order, because a continuation depends on the
 * lines before it; time and level depend only on the line. Returns the same object each time.
 */
export interface HeadReader {
  /**
   * `end`: after the last byte, without the line feed. Bytes must not contain control sequences; never
   * throws. `limit`: end of the whole lines that follow in the bytes, for a head whose level is on the next line; default `end`.
   */
  read(bytes: Uint8Array, begin: number, end: number, limit?: number): LineHead;
}

export interface HeadOptions extends Partial<TimestampOptions> {
  /** The profile's patterns, used for lines without a recognized level. */
  readonly levels?: LogSettings['levels'] | undefined;
}

/** Returns a function that tells whether a line is the rest of one that the kubelet cut. Call it for every line, in order. */
const restDetector = (): ((inner: InnerLine | undefined) => boolean) => {
  const cut = new Set<string>();
  return (inner) => {
    if (inner === undefined || (inner.isCut !== true && cut.size === 0)) return false;
    const wasCut = cut.delete(inner.origin);
    if (inner.isCut === true) cut.add(inner.origin);
    return wasCut;
  };
};

/** Throws SyntaxError for an invalid pattern of the profile. Times without a zone are UTC by default. */
export const createHeadReader = ({
  levels = {},
  zone = 'utc',
  timeZone,
  now,
  keys,
}: HeadOptions = {}): HeadReader => {
  const head: LineHead = { at: Number.NaN, level: 0, ownLevel: 0, isContinuation: false };
  const scan = new HeadScan({ zone, ...defined({ timeZone }), now, keys });
  const continuations = new ContinuationDetector();
  const patterns = compileLevelPatterns(levels);
  const isRest = restDetector();
  return {
    read: (bytes, begin, end, limit = end) => {
      scanLine(scan, bytes, begin, end);
      if (scan.level === 0 && limit > end + 1) readBelow(scan, bytes, { begin, end, limit });
      if (scan.level === 0 && patterns.length > 0) scan.level = matchLevel(patterns, bytes, begin, end);
      head.at = scan.at;
      // What continues a record is decided by what the program wrote, not by its envelope.
      const own = scan.inner ?? { scan, bytes, from: begin, to: end };
      head.isContinuation =
        isRest(scan.inner) || continuations.isContinuation(own.scan, own.bytes, own.from, own.to);
      const isTrace = own.scan.timeTo === 0 && isStackTraceLine(own.scan, own.bytes, own.from, own.to);
      head.ownLevel = isTrace ? 0 : scan.level;
      head.level = head.isContinuation ? continuations.level : scan.level;
      return head;
    },
  };
};
