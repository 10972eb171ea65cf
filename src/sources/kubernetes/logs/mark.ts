/** A line of a container's log as the API gives it with `timestamps=true`. */
export interface StampedLine {
  /** '1772619307.123456789': seconds and nanoseconds since the epoch, for comparing; '' when it bears no time. */
  readonly stamp: string;
  readonly atMs?: number;
  readonly text: string;
}

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?/;

/** Splits '2026-03-04T10:15:07.123456789Z text'. A line without a time is all text. */
export const stampedLine = (line: string): StampedLine => {
  const [head = '', whole = '', fraction = '', zone = ''] = rfc3339.exec(line) ?? [];
  const wholeMs = Date.parse(`${whole}${zone}`);
  if (head === '' || Number.isNaN(wholeMs)) return { stamp: '', text: line };
  const nanos = fraction.padEnd(9, '0');
  return {
    stamp: `${wholeMs / 1000}.${nanos}`,
    atMs: wholeMs + Number(nanos) / 1e6,
    text: line.slice(head.length),
  };
};

/** Where a reader was: the time of its last line, and how many lines of that very time it had seen. */
export interface Mark {
  readonly stamp: string;
  readonly nth: number;
}

export const markText = ({ stamp, nth }: Mark): string => `${stamp}#${nth}`;

export const parseMark = (text: string): Mark | undefined => {
  const [, stamp, nth] = /^(\d{1,11}\.\d{9})#(\d+)$/.exec(text) ?? [];
  return stamp === undefined ? undefined : { stamp, nth: Number(nth) };
};

/** The second in which a mark lies: the API takes `sinceTime` no finer. */
export const sinceTimeOf = ({ stamp }: Mark): string =>
  new Date(Number(stamp.split('.')[0]) * 1000).toISOString().replace('.000Z', 'Z');

/** Below 0 when the first is earlier. */
export const compareStamps = (a: string, b: string): number => {
  const [[aSeconds = '', aNanos = ''], [bSeconds = '', bNanos = '']] = [a.split('.'), b.split('.')];
  return Number(aSeconds) - Number(bSeconds) || aNanos.localeCompare(bNanos);
};
