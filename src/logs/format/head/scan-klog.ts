import { ascii, twoDigits } from './ascii.ts';
import { levelOfLetter } from './level-word.ts';
import type { Scan } from './scan.ts';

/** 'E0304 10:15:07.123456': the head that klog and glog write. */
export const scanKlog = (scan: Scan, bytes: Uint8Array, from: number, end: number): boolean => {
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
