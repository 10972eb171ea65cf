import type { Scan } from '../head/scan.ts';
import type { Understood } from './format.ts';
import { unquoted } from './pairs.ts';

const messageKeys = ['msg', 'message', 'event'];
const part = /([^\s="]+)=("(?:[^"\\]|\\.)*"?|\S*)|(\S+)/g;
const mostPairs = 256;

const inBytes = (text: string): number => new TextEncoder().encode(text).length;

/** Pairs `key=value`. Words without a key go behind the message. */
export const logfmt = (text: string, scan: Scan): Understood => {
  const fields: (readonly [string, string])[] = [];
  const words: string[] = [];
  let message: string | undefined;
  let [at, bytes, count] = [0, 0, 0];
  for (const { 0: whole, 1: key, 2: value = '', index } of text.matchAll(part)) {
    if (++count > mostPairs) {
      words.push(text.slice(index));
      break;
    }
    // The head is told in bytes.
    bytes += inBytes(text.slice(at, index));
    at = index;
    const to = bytes + inBytes(whole);
    const isHead =
      (scan.timeTo > 0 && scan.timeFrom < to && scan.timeTo > bytes) ||
      (scan.levelTo > 0 && scan.levelFrom < to && scan.levelTo > bytes);
    if (isHead) continue;
    if (key === undefined) words.push(whole);
    else if (message === undefined && messageKeys.includes(key)) message = unquoted(value);
    else fields.push([key, unquoted(value)]);
  }
  const said = [message ?? '', ...words].filter((word) => word !== '').join(' ');
  return { format: 'logfmt', message: said === '' ? text : said, fields };
};
