import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Millis } from '../../../src/domain/base/fault.ts';

const everyMs: Millis = 50;
const levels = ['INFO ', 'INFO ', 'DEBUG', 'INFO ', 'WARN ', 'INFO ', 'INFO ', 'ERROR'];

/** A log that grows. */
interface GrowingLog {
  /** Lines that were written so far. */
  written(): number;
  stop(): void;
}

/**
 * Writes lines of about 100 bytes to a file at a rate, on the real clock, and rotates it after `linesPerFile` lines: the
 * full file is renamed to PATH.1.
 */
export const writeLog = (path: string, perSecond: number, linesPerFile: number): GrowingLog => {
  let target = openSync(path, 'a');
  let written = 0;
  let inFile = 0;
  const began = performance.now();
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) * perSecond) / 1000);
    if (inFile >= linesPerFile) {
      closeSync(target);
      renameSync(path, `${path}.1`);
      target = openSync(path, 'a');
      inFile = 0;
    }
    const time = new Date().toISOString();
    let text = '';
    for (; written < due; written += 1, inFile += 1)
      text += `${time}  ${levels[written % levels.length]} 1 --- [worker-${written % 16}] c.e.orders.OrderService : order ${written.toString(36)} took ${(written * 37) % 997} ms\n`;
    writeSync(target, text);
  }, everyMs);
  return {
    written: () => written,
    stop: () => {
      clearInterval(timer);
      closeSync(target);
    },
  };
};
