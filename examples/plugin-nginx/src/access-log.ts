/** A request of an access log in the format `combined`, or in a format that starts with the same fields. */
export interface LoggedRequest {
  /** ms since the epoch. */
  readonly at: number;
  readonly status: number;
}

const line =
  /^\S+ \S+ .*?\[(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})\] "(?:[^"\\]|\\.)*" (\d{3}) /;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Parses a line. Returns undefined for a line that is not a request. */
export const parseLine = (text: string): LoggedRequest | undefined => {
  const [, day, monthName = '', year, time, hours, minutes, status] = line.exec(text) ?? [];
  const month = months.indexOf(monthName) + 1;
  if (status === undefined || month === 0) return undefined;
  const at = Date.parse(`${year}-${String(month).padStart(2, '0')}-${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(at) ? undefined : { at, status: Number(status) };
};

/** The requests of the last minutes, counted at the end of a log. */
export interface StatusCounts {
  /** Requests by the first digit of their status. */
  readonly byClass: ReadonlyMap<number, number>;
  /** Lines that are not requests. */
  readonly skipped: number;
  /** False if the text starts after the requested time: requests are missing. */
  readonly isWhole: boolean;
}

/** Counts the requests since a time, in a text whose first line may be truncated. */
export const countStatuses = (text: string, since: number, isFromStart: boolean): StatusCounts => {
  const lines = text.split('\n').filter((one) => one !== '');
  const requests = (isFromStart ? lines : lines.slice(1)).map(parseLine);
  const byClass = new Map<number, number>();
  let [skipped, earlier] = [0, 0];
  for (const request of requests) {
    if (request === undefined) skipped += 1;
    else if (request.at < since) earlier += 1;
    else {
      const digit = Math.floor(request.status / 100);
      byClass.set(digit, (byClass.get(digit) ?? 0) + 1);
    }
  }
  return { byClass, skipped, isWhole: isFromStart || earlier > 0 };
};
