import type { Millis } from '../../../domain/base/fault.ts';
import { type TimestampLayout, type TimestampOptions, TimestampParser } from './timestamp-parser.ts';

/**
 * Shape of a line: 'access' reports an HTTP response; 'text' is anything other than JSON, logfmt, klog and
 * access.
 */
type LineShape = 'text' | 'json' | 'logfmt' | 'klog' | 'access';

/** A line inside a line: what a program wrote, in the envelope of what transported it. */
export interface InnerLine {
  readonly scan: HeadScan;
  /** Its bytes: those of the line, or a copy without the escapes of JSON. */
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Which of the two standard streams it came from, or the name that its transport put in front. */
  readonly origin: string;
  /** True: the kubelet cut a long line here, and goes on with it in the next one of the same origin. */
  readonly isCut?: boolean;
}

/** Time and level found in the head of a line, with their byte offsets; `to` is 0 if not found. */
export class HeadScan {
  readonly time: TimestampParser;
  shape: LineShape = 'text';
  at: Millis = Number.NaN;
  layout: TimestampLayout | undefined;
  timeFrom = 0;
  timeTo = 0;
  /** `levelCode`. */
  level = 0;
  levelFrom = 0;
  levelTo = 0;
  /** True: the level is the priority of what transported the line; a line inside knows better. */
  isPriority = false;
  /**
   * True for DETAIL, HINT and similar lines of PostgreSQL: they continue the previous line although they have
   * a time.
   */
  isDetail = false;
  /** Set if the line is an envelope: time and level are those of the inner line where it has its own. */
  inner: InnerLine | undefined;

  readonly options: TimestampOptions;

  constructor(options: TimestampOptions) {
    this.options = options;
    this.time = new TimestampParser(options);
  }

  clear(): void {
    this.shape = 'text';
    this.at = Number.NaN;
    this.layout = undefined;
    this.timeFrom = 0;
    this.timeTo = 0;
    this.level = 0;
    this.levelFrom = 0;
    this.levelTo = 0;
    this.isPriority = false;
    this.isDetail = false;
    this.inner = undefined;
  }

  /** Parses a time at `from`; returns false if none starts there. */
  takeTime(bytes: Uint8Array, from: number, end: number): boolean {
    if (!this.time.read(bytes, from, end)) return false;
    this.timeIs(this.time.at, from, this.time.end);
    this.layout = this.time.layout;
    return true;
  }

  timeIs(time: Millis, from: number, to: number): void {
    this.at = time;
    this.timeFrom = from;
    this.timeTo = to;
  }

  noTime(): void {
    this.layout = undefined;
    this.timeIs(Number.NaN, 0, 0);
  }

  levelIs(level: number, from: number, to: number): void {
    this.level = level;
    this.levelFrom = from;
    this.levelTo = to;
  }
}
