import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { levelCode } from '../../domain/facts/log-level.ts';
import { formatClockTime, formatCount } from '../../domain/text/format.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { LogEvent, ResumePoint } from '../reading/tail.ts';
import type { RowBuilder } from './row-builder.ts';

/** A possible loss of lines whose end is not known yet. */
interface OpenGap {
  /**
   * The reason reported by the tail; absent: the stream was disconnected and cannot report what it missed.
   */
  readonly why?: string;
  /** False: lines are missing only if more lines follow. */
  readonly isSure: boolean;
  /** Duration in ms, if the tail reports it. */
  readonly ms?: Millis;
  /** Time of the last line before the gap; wall clock. */
  readonly from?: Millis;
}

/** Formats a duration: '00:12', '1:02:03'. */
const spanText = (ms: Millis): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}`;
};

/**
 * Formats a gap: 'gap 00:12: billing-1 disconnected, back at 10:14:41'. `back`: wall-clock time of the first
 * line after it.
 */
export const gapText = (label: string, gap: OpenGap, back: Millis | undefined): string => {
  const ms = gap.ms ?? (gap.from === undefined || back === undefined ? undefined : back - gap.from);
  const what = gap.why === undefined ? `${label} disconnected` : `${label}: ${gap.why}`;
  const until = gap.why === undefined && back !== undefined ? `, back at ${formatClockTime(back)}` : '';
  return `gap${ms === undefined ? '' : ` ${spanText(ms)}`}: ${what}${until}`;
};

/** Formats a count: '1,204 dropped: billing-1'. */
const droppedText = (label: string, dropped: number): string => `${formatCount(dropped)} dropped: ${label}`;

type TextEvent = Extract<LogEvent, { is: 'line' | 'chunk' }>;

/** Maximum lines remembered after a mark. */
const maxRemembered = 1000;

/** Read position of a stream, used to resume it. */
interface ReadPosition {
  /** True: the stream can be resumed after the last line, as far as the source still has it. */
  readonly isMarked: boolean;
  /** True: lines were received, but the source provides no mark to resume at. */
  readonly isUnmarked: boolean;
  /** Returns true for a line that was received before the interruption; otherwise remembers it. */
  isRepeated(event: TextEvent): boolean;
  /** Returns the position at which to resume. */
  again(from: ResumePoint): ResumePoint;
}

/**
 * Not every line has a mark (such as the lines of one journal entry). After an interruption, the lines after
 * the last mark arrive again: they are remembered and skipped.
 */
const createReadPosition = (): ReadPosition => {
  let mark: string | undefined;
  let hasReceived = false;
  let behind: string[] = [];
  /** Lines expected to arrive again, and the number that has. */
  let repeated: readonly string[] = [];
  let skipped = 0;

  const remember = (event: TextEvent): void => {
    hasReceived = true;
    if (event.mark !== undefined) {
      mark = event.mark;
      behind = [];
    } else if (event.is === 'line' && mark !== undefined && behind.length < maxRemembered)
      behind.push(event.text);
  };

  return {
    get isMarked() {
      return mark !== undefined;
    },
    get isUnmarked() {
      return hasReceived && mark === undefined;
    },
    isRepeated: (event) => {
      if (skipped < repeated.length && event.is === 'line') {
        if (event.text === repeated[skipped]) {
          skipped++;
          if (event.mark !== undefined) remember(event);
          return true;
        }
        // The source has different lines there now.
        behind = repeated.slice(0, skipped);
      }
      repeated = [];
      remember(event);
      return false;
    },
    again: (from) => {
      repeated = behind;
      skipped = 0;
      if (mark !== undefined) return { ...from, after: mark };
      return hasReceived ? { follow: from.follow, lines: 0 } : from;
    },
  };
};

/**
 * Converts the events of one stream to rows, without duplicates, and adds a row where lines may be missing.
 */
export interface LineIngestor {
  ingest(event: LogEvent): void;
  /** Called when the stream is open again without new lines: a pending gap ends here. */
  reconnected(): void;
  /** Adds a row written by the reader itself. */
  note(text: string): void;
  /** True when the stream can resume after its last line. */
  readonly canResume: boolean;
  /** First position received; older lines are requested from there. */
  readonly firstPosition: FirstPosition | undefined;
  /**
   * Returns the position at which to resume, and records a possible gap if the source has no mark. `isCut`:
   * the stream did not end by itself.
   */
  resumeFrom(first: ResumePoint, isCut: boolean): ResumePoint;
  /**
   * Called when no lines follow for now: completes pending lines. `why`: the reason if lines are known to be
   * missing at the end.
   */
  end(why?: string): void;
}

/** Start of the received part of a stream. `at`: wall clock. */
interface FirstPosition {
  readonly mark?: string;
  readonly at: Millis;
}

interface LineIngestorParts {
  readonly rowBuilder: RowBuilder;
  label(): string;
  /** Converts engine time to wall-clock time. */
  wall(time: Millis): Millis;
  now(): Millis;
}

export const createLineIngestor = ({ rowBuilder, label, wall, now }: LineIngestorParts): LineIngestor => {
  const place = createReadPosition();
  let gap: OpenGap | undefined;
  let first: FirstPosition | undefined;

  const word = (kind: number, text: string): void =>
    rowBuilder.note(kind, text, rowBuilder.latest ?? wall(now()));
  const from = (): Pick<OpenGap, 'from'> =>
    rowBuilder.latest === undefined ? {} : { from: rowBuilder.latest };

  /** Runs at the first line after the gap, because only then is its duration known. */
  const closeGap = (time: Millis | undefined): void => {
    if (gap === undefined) return;
    const back = time ?? wall(now());
    rowBuilder.note(rowKind.gap, gapText(label(), gap, back), time ?? rowBuilder.latest ?? back);
    gap = undefined;
  };

  const line = (event: Extract<LogEvent, { is: 'line' }>): void => {
    if (place.isRepeated(event)) return;
    const time = event.at === undefined ? undefined : wall(event.at);
    closeGap(time);
    rowBuilder.line(event.text, time, levelCode(event.level));
    first ??= { at: rowBuilder.latest ?? 0, ...defined({ mark: event.mark }) };
  };

  const chunk = (event: Extract<LogEvent, { is: 'chunk' }>): void => {
    if (place.isRepeated(event)) return;
    closeGap(undefined);
    rowBuilder.chunk(event.bytes);
    first ??= {
      at: rowBuilder.first ?? wall(now()),
      ...defined({ mark: event.first }),
    };
  };

  return {
    ingest: (event) => {
      if (event.is === 'line') line(event);
      else if (event.is === 'chunk') chunk(event);
      else if (event.is === 'gap')
        gap = { why: event.why, isSure: true, ...(event.ms === undefined ? from() : { ms: event.ms }) };
      else if (event.is === 'dropped') word(rowKind.dropped, droppedText(label(), event.count));
      else if (event.is === 'note') word(rowKind.note, `${label()}: ${event.text}`);
    },
    reconnected: () => {
      if (gap?.isSure === true) closeGap(undefined);
    },
    note: (text) => rowBuilder.note(rowKind.note, text, wall(now())),
    get canResume() {
      return place.isMarked;
    },
    get firstPosition() {
      return first;
    },
    resumeFrom: (begin, isCut) => {
      if (place.isUnmarked) gap ??= { ...from(), isSure: isCut };
      return place.again(begin);
    },
    end: (why) => {
      rowBuilder.flush();
      if (why !== undefined) gap = { ...gap, why: gap?.why ?? why, isSure: true };
      if (gap?.isSure === true) word(rowKind.gap, gapText(label(), gap, undefined));
      gap = undefined;
    },
  };
};
