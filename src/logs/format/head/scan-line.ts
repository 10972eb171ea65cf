import { afterBlanks, ascii, twoDigits } from './ascii.ts';
import { levelOfLetter } from './level-word.ts';
import type { Scan } from './scan.ts';
import { scanJson } from './scan-json.ts';
import { scanLogfmt } from './scan-logfmt.ts';
import { scanIndented, scanText } from './scan-text.ts';

/** 'E0304 10:15:07.123456': the head that klog and glog write. */
const scanKlog = (scan: Scan, bytes: Uint8Array, from: number, end: number): boolean => {
  const level = levelOfLetter(bytes[from] ?? 0);
  if (level === 0 || from + 14 > end || bytes[from + 5] !== ascii.blank) return false;
  const month = twoDigits(bytes, from + 1);
  const day = twoDigits(bytes, from + 3);
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (!scan.time.ofDay(bytes, from + 6, end, month, day)) return false;
  scan.shape = 'klog';
  scan.layout = 'syslog';
  scan.timeIs(scan.time.at, from + 1, scan.time.end);
  scan.levelIs(level, from, from + 1);
  return true;
};

/** So much of a line is looked at, in bytes. */
export const headBytes = 16_384;

/**
 * Time and level of one line, by its bytes alone: what other lines of its stream look like makes no difference, so that
 * it is understood alike wherever it is read. Never throws.
 */
export const scanLine = (scan: Scan, bytes: Uint8Array, begin: number, end: number): void => {
  scan.clear();
  const limit = Math.min(end, begin + headBytes);
  const from = afterBlanks(bytes, begin, limit);
  if (from >= limit) return;
  if (bytes[from] === ascii.brace && scanJson(scan, bytes, from, limit)) return;
  // What is indented bears a time at its beginning, or nothing that is told by its head.
  const isIndented = from > begin + 1 || bytes[begin] === ascii.tab;
  if (isIndented) scanIndented(scan, bytes, from, limit);
  else if (!scanKlog(scan, bytes, from, limit) && !scanLogfmt(scan, bytes, from, limit))
    scanText(scan, bytes, from, limit);
};
