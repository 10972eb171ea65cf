import type { Millis } from '../../domain/fault.ts';
import type { StampedLine } from './log-stamp.ts';

/**
 * Where a reader is in a log: the newest time that it has met, and how many lines have come from there on, that one
 * counted. The two outputs of a container are stamped apart, so a log is not quite in the order of its times.
 */
export interface LogMark {
  readonly stamp: string;
  readonly nth: number;
  /**
   * Present where reading began in the middle (the last 200 lines, say), and is near there yet: `nth` counts from the
   * line of this hash and of the time `stamp`, since nobody knows what of that time stood in front of it.
   */
  readonly from?: string;
  /** Of which run of a container; absent where that is not known. */
  readonly run?: string;
}

/** '2026-03-04T10:15:07.123456789Z#3', then '~HASH' and '@RUN'. */
export const markText = ({ stamp, nth, from, run }: LogMark): string =>
  `${stamp}#${nth}${from === undefined ? '' : `~${from}`}${run === undefined ? '' : `@${run}`}`;

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)#(\d{1,12})(?:~([0-9a-z]+))?(?:@([\w-]+))?$/;

export const parseMark = (text: string | undefined): LogMark | undefined => {
  const [, stamp, nth, from, run] = (text === undefined ? null : form.exec(text)) ?? [];
  if (stamp === undefined) return undefined;
  return {
    stamp,
    nth: Number(nth),
    ...(from === undefined ? {} : { from }),
    ...(run === undefined ? {} : { run }),
  };
};

/** The moment of a mark, on the writer's clock. */
export const markAt = ({ stamp }: LogMark): Millis => Date.parse(stamp);

/** FNV-1a: enough to tell lines of one nanosecond apart. */
const hashOf = (text: string): string => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(36);
};

/** So far may the times of neighbours be out of order. */
const disorderMs: Millis = 2000;
const farBehind = (stamp: string): string =>
  new Date(Date.parse(stamp) + disorderMs).toISOString().replace('Z', '000000Z');

/** What a reader makes of the next line: told before, new, or new with lines missing in front of it. */
export type Standing = 'told' | 'new' | 'behind-a-gap';

/** Follows a log line by line, and passes over what was told up to the mark that it resumes behind. */
export class LogPlace {
  readonly #after: LogMark | undefined;
  readonly #gapAt: string;
  readonly #isMidway: boolean;
  /** Lines since the one that bears the mark's hash, that one counted. */
  #sinceFrom = 0;
  #stamp = '';
  #nth = 0;
  #count = 0;
  #first: { readonly stamp: string; readonly from: string; readonly until: string } | undefined;
  #hasMet: boolean;

  /** `isMidway`: reading begins somewhere, not at the first line of a moment (the last N lines). */
  constructor({
    after,
    isMidway = false,
  }: { readonly after?: LogMark | undefined; isMidway?: boolean } = {}) {
    this.#after = after;
    this.#gapAt = after?.from === undefined ? (after?.stamp ?? '') : farBehind(after.stamp);
    this.#isMidway = isMidway;
    this.#hasMet = after === undefined;
  }

  take(line: StampedLine): Standing {
    const { stamp, text } = line;
    if (this.#isMidway && this.#stamp === '' && stamp !== '')
      this.#first = { stamp, from: hashOf(text), until: farBehind(stamp) };
    if (stamp > this.#stamp) {
      this.#stamp = stamp;
      this.#nth = 1;
    } else if (this.#stamp !== '') this.#nth += 1;
    if (this.#first !== undefined) this.#count += 1;
    return this.#hasMet || this.#after === undefined ? 'new' : this.#judge(this.#after, line);
  }

  /** True: the line of the mark, or a later one, has been taken. */
  get hasMet(): boolean {
    return this.#hasMet;
  }

  /** Behind the line that was taken last; undefined while none bore a time. */
  mark(run?: string): string | undefined {
    if (this.#stamp === '') return undefined;
    const first = this.#first;
    if (first !== undefined && this.#stamp > first.until) this.#first = undefined;
    const at =
      this.#first === undefined
        ? { stamp: this.#stamp, nth: this.#nth }
        : { stamp: this.#first.stamp, nth: this.#count, from: this.#first.from };
    return markText(run === undefined ? at : { ...at, run });
  }

  #judge({ stamp, nth, from }: LogMark, line: StampedLine): Standing {
    if (this.#stamp > this.#gapAt && this.#sinceFrom === 0) {
      this.#hasMet = true;
      return 'behind-a-gap';
    }
    if (from === undefined) this.#hasMet = this.#stamp === stamp && this.#nth >= nth;
    else {
      const isThere = this.#sinceFrom > 0 || (line.stamp === stamp && hashOf(line.text) === from);
      if (isThere) this.#sinceFrom += 1;
      this.#hasMet = this.#sinceFrom >= nth;
    }
    return 'told';
  }
}
