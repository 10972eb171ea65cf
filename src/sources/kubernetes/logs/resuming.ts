import type { LogEvent } from '../../tail.ts';
import { compareStamps, type Mark, markText, parseMark, type StampedLine } from './mark.ts';

/** Gives each line its mark, and passes over what was told before the mark that a reader resumes behind. */
export class Resuming {
  readonly #after: Mark | undefined;
  #stamp = '';
  #nth = 0;
  #hasMet: boolean;

  constructor(after: string | undefined) {
    this.#after = after === undefined ? undefined : parseMark(after);
    this.#hasMet = this.#after === undefined;
  }

  /** [] for a line that was told already; a gap in front of the first one when the mark itself is not there any more. */
  take({ stamp, atMs, text }: StampedLine, toClock: (ms: number) => number): readonly LogEvent[] {
    // A line without a time belongs to the one in front of it.
    if (stamp !== '' && stamp === this.#stamp) this.#nth += 1;
    else if (stamp !== '') [this.#stamp, this.#nth] = [stamp, 1];
    const before = this.#after;
    const order = before === undefined || this.#stamp === '' ? 1 : compareStamps(this.#stamp, before.stamp);
    if (before !== undefined && (order < 0 || (order === 0 && this.#nth <= before.nth))) {
      this.#hasMet ||= order === 0 && this.#nth === before.nth;
      return [];
    }
    const line: LogEvent = {
      is: 'line',
      text,
      ...(atMs === undefined ? {} : { at: toClock(atMs) }),
      ...(this.#stamp === '' ? {} : { mark: markText({ stamp: this.#stamp, nth: this.#nth }) }),
    };
    if (this.#hasMet) return [line];
    this.#hasMet = true;
    return [{ is: 'gap', why: 'the log was rotated: lines may be missing here' }, line];
  }
}
