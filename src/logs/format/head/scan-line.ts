import { afterBlanks, ascii } from './ascii.ts';
import type { Scan } from './scan.ts';
import { scanJson } from './scan-json.ts';
import { scanKlog } from './scan-klog.ts';
import { scanLogfmt } from './scan-logfmt.ts';
import { scanIndented, scanText } from './scan-text.ts';

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
