import { levelCode } from '../../../domain/log-level.ts';
import { ascii, beginnings, bytesOf, isDigit, isLetter, standsAt } from './ascii.ts';
import type { Scan } from './scan.ts';

const error = levelCode('error');

/** What runtimes write by themselves, past every logger: Python, Rust, the JVM; .NET's console. */
const wrong = beginnings([
  'Traceback (most recent call last)',
  "thread '",
  'Exception in thread "',
  'fail: ',
]);

const thrown = ['Error', 'Exception', 'Throwable'].map(bytesOf);

/** Behind the name of a class or a package: 'java.lang.IllegalStateException', 'io.github.resilience4j…'. */
const afterClass = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  while (
    at < end &&
    (isLetter(bytes[at] ?? 0) ||
      isDigit(bytes[at] ?? 0) ||
      bytes[at] === ascii.dot ||
      bytes[at] === 36 ||
      bytes[at] === 95)
  )
    at++;
  return at;
};

/** Whether the line begins with the name of something that is thrown, and a colon or nothing behind it. */
export const isThrown = (bytes: Uint8Array, from: number, end: number): boolean => {
  const to = afterClass(bytes, from, Math.min(end, from + 200));
  if (to < from + 5 || (to < end && bytes[to] !== ascii.colon && bytes[to] !== 13)) return false;
  return thrown.some((word) => standsAt(bytes, to - word.length, to, word));
};

/** Takes the level of a line that a runtime wrote because something went wrong. */
export const ownAlarm = (scan: Scan, bytes: Uint8Array, from: number, end: number): boolean => {
  if (wrong.at(bytes, from, end) < 0 && !isThrown(bytes, from, end)) return false;
  scan.levelIs(error, from, from);
  return true;
};
