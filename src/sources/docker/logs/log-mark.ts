/** A line of a log that was asked for with timestamps. */
export interface StampedLine {
  /** '2026-03-04T10:15:07.123456789Z': of one length, so that they compare as texts; '' for a line that bears none. */
  readonly stamp: string;
  readonly text: string;
}

const begin = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) ?/;

/** Splits '2026-03-04T10:15:07.123456789Z text'. A line without a time is all text. */
export const stampedLine = (raw: string): StampedLine => {
  const line = raw.replace(/\r$/, '');
  const [head = '', stamp = ''] = begin.exec(line) ?? [];
  return { stamp, text: line.slice(head.length) };
};

/**
 * Where a reader is in a log: the newest time that it has met, and how many lines have come from there on, that one
 * counted. The two outputs of a container are stamped apart, so a log is not quite in the order of its times.
 */
export interface LogMark {
  readonly stamp: string;
  readonly nth: number;
}

export const markText = ({ stamp, nth }: LogMark): string => `${stamp}#${nth}`;

export const parseMark = (text: string): LogMark | undefined => {
  const [, stamp, nth] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)#(\d{1,12})$/.exec(text) ?? [];
  return stamp === undefined ? undefined : { stamp, nth: Number(nth) };
};

/** What a reader makes of the next line: told before, new, or new with lines missing in front of it. */
export interface LogPlace {
  readonly is: 'told' | 'new' | 'behind-a-gap';
  readonly mark?: LogMark;
}

/** Follows a log line by line, and passes over what was told up to the mark that it resumes behind. */
export const createLogPlace = (after: LogMark | undefined): ((line: StampedLine) => LogPlace) => {
  let mark: LogMark | undefined;
  let hasMet = after === undefined;
  return ({ stamp }) => {
    if (stamp > (mark?.stamp ?? '')) mark = { stamp, nth: 1 };
    else if (mark !== undefined) mark = { ...mark, nth: mark.nth + 1 };
    const place = mark === undefined ? {} : { mark };
    if (hasMet || after === undefined) return { is: 'new', ...place };
    const { stamp: newest = '', nth = 0 } = mark ?? {};
    if (newest < after.stamp) return { is: 'told' };
    if (newest === after.stamp) {
      hasMet = nth >= after.nth;
      return { is: 'told' };
    }
    hasMet = true;
    return { is: 'behind-a-gap', ...place };
  };
};
