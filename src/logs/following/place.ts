import type { LogEvent, Resume } from '../reading/tail.ts';

type Told = Extract<LogEvent, { is: 'line' | 'chunk' }>;

/** So many lines behind a mark are remembered at most. */
const mostRemembered = 1000;

/** How far a stream was read, so that it can be taken up there. */
export interface Place {
  /** True: it can be taken up behind what was told last, as far as the source still has it. */
  readonly isMarked: boolean;
  /** True: something was told, and the source does not say where it can be taken up behind it. */
  readonly isUnmarked: boolean;
  /** True for what was told before the break already. Otherwise it is remembered. */
  isTold(event: Told): boolean;
  /** Where it is taken up when it is opened again. */
  again(from: Resume): Resume;
}

/**
 * Where a mark does not stand on every line (the lines of one journal entry), those behind the last mark are told again after
 * a break: they are remembered, and passed over.
 */
export const createPlace = (): Place => {
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
