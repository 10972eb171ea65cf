import { levelCode } from '../../../domain/log-level.ts';
import { ascii, bytesOf, standsAt } from './ascii.ts';
import type { Scan } from './scan.ts';

const log = bytesOf('LOG');
const details = ['DETAIL', 'HINT', 'STATEMENT', 'CONTEXT', 'QUERY', 'LOCATION'].map(bytesOf);

/** PostgreSQL's own words, each with a colon and two blanks: LOG, and those that say more of the line before. */
export const takePostgres = (
  scan: Scan,
  bytes: Uint8Array,
  from: number,
  to: number,
  end: number,
): boolean => {
  if (to + 3 > end || bytes[to] !== ascii.colon) return false;
  if (bytes[to + 1] !== ascii.blank || bytes[to + 2] !== ascii.blank) return false;
  if (to - from === log.length && standsAt(bytes, from, to, log)) {
    scan.levelIs(levelCode('info'), from, to);
    return true;
  }
  scan.isDetail = details.some((word) => word.length === to - from && standsAt(bytes, from, to, word));
  return scan.isDetail;
};
