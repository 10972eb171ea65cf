import type { Millis } from '../../domain/fault.ts';
import { formatClockTime, formatCount } from '../../domain/format.ts';
import { levelCode } from '../../domain/log-level.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { LogEvent, ResumePoint } from '../reading/tail.ts';
import type { RowBuilder } from './row-builder.ts';

/** A place where lines may be missing, before it is known where it ends. */
interface OpenGap {
  /** Why, in the tail's words; absent: it was cut off, and cannot tell what it said meanwhile. */
  readonly why?: string;
  /** False: only if something comes behind it. */
  readonly isSure: boolean;
  /** How long, where the tail says it. */
  readonly ms?: Millis;
  /** What was told before it was written then; wall clock. */
  readonly from?: Millis;
}

/** '00:12', '1:02:03': how long something was. */
const spanText = (ms: Millis): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}`;
};

/** 'gap 00:12: billing-1 was cut off, back 10:14:41'. `back`: when the first line behind it was written; wall clock. */
export const gapText = (label: string, gap: OpenGap, back: Millis | undefined): string => {
  const ms = gap.ms ?? (gap.from === undefined || back === undefined ? undefined : back - gap.from);
  const what = gap.why === undefined ? `${label} was cut off` : `${label}: ${gap.why}`;
  const until = gap.why === undefined && back !== undefined ? `, back ${formatClockTime(back)}` : '';
  return `gap${ms === undefined ? '' : ` ${spanText(ms)}`}: ${what}${until}`;
};

/** '1,204 dropped: billing-1'. */
const droppedText = (label: string, dropped: number): string => `${formatCount(dropped)} dropped: ${label}`;

type Told = Extract<LogEvent, { is: 'line' | 'chunk' }>;

/** So many lines behind a mark are remembered at most. */
const mostRemembered = 1000;

/** How far a stream was read, so that it can be taken up there. */
interface Place {
  /** True: it can be taken up behind what was told last, as far as the source still has it. */
  readonly isMarked: boolean;
  /** True: something was told, and the source does not say where it can be taken up behind it. */
  readonly isUnmarked: boolean;
  /** True for what was told before the break already. Otherwise it is remembered. */
  isTold(event: Told): boolean;
  /** Where it is taken up when it is opened again. */
  again(from: ResumePoint): ResumePoint;
}

/**
 * Where a mark does not stand on every line (the lines of one journal entry), those behind the last mark are told again after
 * a break: they are remembered, and passed over.
 */
const createPlace = (): Place => {
  let mark: string | undefined;
  let hasTold = false;
  let behind: string[] = [];
  /** What is expected to be told again, and how much of it has been. */
  let repeated: readonly string[] = [];
  let met = 0;

  const remember = (event: Told): void => {
    hasTold = true;
    if (event.mark !== undefined) {
      mark = event.mark;
      behind = [];
    } else if (event.is === 'line' && mark !== undefined && behind.length < mostRemembered)
      behind.push(event.text);
  };

  return {
    get isMarked() {
      return mark !== undefined;
    },
    get isUnmarked() {
      return hasTold && mark === undefined;
    },
    isTold: (event) => {
      if (met < repeated.length && event.is === 'line') {
        if (event.text === repeated[met]) {
          met++;
          if (event.mark !== undefined) remember(event);
          return true;
        }
        // Something else stands there now.
        behind = repeated.slice(0, met);
      }
      repeated = [];
      remember(event);
      return false;
    },
    again: (from) => {
      repeated = behind;
      met = 0;
      if (mark !== undefined) return { ...from, after: mark };
      return hasTold ? { follow: from.follow, lines: 0 } : from;
    },
  };
};

/** What comes of one stream, put into rows: nothing twice, and a row where something may be missing. */
export interface LineIngestor {
  ingest(event: LogEvent): void;
  /** It is open again, and says nothing yet: what is missing, if anything, is so up to here. */
  reconnected(): void;
  /** A row of the reader's own. */
  note(text: string): void;
  /** True: it can go on behind what was told last. */
  readonly canResume: boolean;
  /** What it told first: asking for older lines begins there. */
  readonly firstPosition: FirstPosition | undefined;
  /**
   * Where it is taken up when it is opened again; remembers that something may be missing, where nobody can tell.
   * `isCut`: it did not end by itself.
   */
  resumeFrom(first: ResumePoint, isCut: boolean): ResumePoint;
  /** Nothing comes for now: what was begun is told. `why`: what makes sure that something is missing at the end. */
  end(why?: string): void;
}

/** The beginning of what was told of a stream. `at`: wall clock. */
interface FirstPosition {
  readonly mark?: string;
  readonly at: Millis;
}

interface ToldWhere {
  readonly intake: RowBuilder;
  label(): string;
  /** Engine's clock → wall clock. */
  wall(at: Millis): Millis;
  now(): Millis;
}

export const createLineIngestor = ({ intake, label, wall, now }: ToldWhere): LineIngestor => {
  const place = createPlace();
  let gap: OpenGap | undefined;
  let first: FirstPosition | undefined;

  const word = (kind: number, text: string): void => intake.note(kind, text, intake.latest ?? wall(now()));
  const from = (): Pick<OpenGap, 'from'> => (intake.latest === undefined ? {} : { from: intake.latest });

  /** Told with the first line behind it: only then is it known how long it was. */
  const closeGap = (at: Millis | undefined): void => {
    if (gap === undefined) return;
    const back = at ?? wall(now());
    intake.note(rowKind.gap, gapText(label(), gap, back), at ?? intake.latest ?? back);
    gap = undefined;
  };

  const line = (event: Extract<LogEvent, { is: 'line' }>): void => {
    if (place.isTold(event)) return;
    const at = event.at === undefined ? undefined : wall(event.at);
    closeGap(at);
    intake.line(event.text, at, levelCode(event.level));
    first ??= { at: intake.latest ?? 0, ...(event.mark === undefined ? {} : { mark: event.mark }) };
  };

  const chunk = (event: Extract<LogEvent, { is: 'chunk' }>): void => {
    if (place.isTold(event)) return;
    closeGap(undefined);
    intake.chunk(event.bytes);
    first ??= {
      at: intake.first ?? wall(now()),
      ...(event.first === undefined ? {} : { mark: event.first }),
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
    note: (text) => intake.note(rowKind.note, text, wall(now())),
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
      intake.flush();
      if (why !== undefined) gap = { ...gap, why: gap?.why ?? why, isSure: true };
      if (gap?.isSure === true) word(rowKind.gap, gapText(label(), gap, undefined));
      gap = undefined;
    },
  };
};
