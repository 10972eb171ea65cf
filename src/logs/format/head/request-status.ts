import { ascii, byteAt, isCapitalByte, isDigitByte, prefixTable } from './ascii.ts';
import type { HeadScan } from './head-scan.ts';
import { levelOfHttpStatus } from './level-words.ts';

/** Reads the three digits of an HTTP status; 0 if there are none, or more. */
const statusAt = (bytes: Uint8Array, from: number, end: number): number => {
  if (from + 3 > end || isDigitByte(byteAt(bytes, from + 3, end))) return 0;
  const a = (bytes[from] ?? 0) - 48;
  const b = (bytes[from + 1] ?? 0) - 48;
  const c = (bytes[from + 2] ?? 0) - 48;
  if (a < 1 || a > 5 || b < 0 || b > 9 || c < 0 || c > 9) return 0;
  return a * 100 + b * 10 + c;
};

/** Takes the level of the HTTP status at a position. */
export const takeStatus = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const level = levelOfHttpStatus(statusAt(bytes, from, end));
  if (level !== 0) scan.levelIs(level, from, from + 3);
  return level !== 0;
};

/** Gin: ' | 502 |' behind the time. */
export const takeStatusBetweenBars = (
  scan: HeadScan,
  bytes: Uint8Array,
  from: number,
  end: number,
): boolean =>
  byteAt(bytes, from + 1, end) === ascii.pipe &&
  byteAt(bytes, from + 7, end) === ascii.pipe &&
  takeStatus(scan, bytes, from + 3, end);

const methods = prefixTable(
  'GET POST PUT DELETE HEAD PATCH OPTIONS CONNECT PROPFIND'.split(' ').map((method) => `${method} `),
);

/** HAProxy and load balancers of Amazon: '… 503 2750 - - "GET / HTTP/1.1"': the status is the first number of three digits before the request. */
const takeStatusBeforeRequest = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  for (let index = from; index < end; index++) {
    if (bytes[index] !== ascii.quote) continue;
    if (methods.at(bytes, index + 1, end) < 0) return false;
    for (let number = from; number < index; number++)
      if (
        bytes[number - 1] === ascii.blank &&
        bytes[number + 3] === ascii.blank &&
        takeStatus(scan, bytes, number, index)
      )
        return true;
    return false;
  }
  return false;
};

/** Returns the begin of the numbers at the end of a line: 'curl/8.5 - 500 0 0 12'. */
const trailingNumbers = (bytes: Uint8Array, from: number, end: number): { at: number; count: number } => {
  let count = 0;
  let start = end;
  for (let index = end; index > from; ) {
    const to = index;
    while (index > from && isDigitByte(bytes[index - 1] ?? 0)) index--;
    if (index === to || bytes[index - 1] !== ascii.blank) break;
    start = index;
    count++;
    index--;
  }
  return { at: start, count };
};

const leastTrailingNumbers = 4;

/** IIS: '… GET /x - 80 - 10.0.0.9 curl/8.5 - 500 0 0 12': status, substatus, status of Windows, bytes, time taken. */
const takeStatusOfIis = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const { at, count } = trailingNumbers(bytes, from, end);
  return count >= leastTrailingNumbers && takeStatus(scan, bytes, at, end);
};

/** Squid: 'TCP_MISS/503 4190 GET http://…'. */
const takeStatusOfSquid = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const slash = bytes.subarray(0, Math.min(end, from + 100)).indexOf(ascii.slash, from);
  return slash > 0 && isCapitalByte(bytes[slash - 1] ?? 0) && takeStatus(scan, bytes, slash + 1, end);
};

/**
 * Reads the level of a request by its HTTP status, in a line with a time and without a level: before a quoted request that ends or
 * follows, or in the columns of IIS and Squid.
 */
export const scanRequestStatus = (scan: HeadScan, bytes: Uint8Array, end: number): boolean => {
  const last = bytes[end - 1] ?? 0;
  const from = scan.timeTo;
  const isRead =
    last === ascii.quote
      ? takeStatusBeforeRequest(scan, bytes, from, end)
      : isDigitByte(last) && takeStatusOfIis(scan, bytes, from, end);
  return isRead || (scan.layout === 'epoch' && takeStatusOfSquid(scan, bytes, from, end));
};
