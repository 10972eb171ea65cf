import { readFileSync } from 'node:fs';

/** A recorded response of a real server. */
export const recorded = (path: string): unknown =>
  JSON.parse(readFileSync(`test/recordings/${path}`, 'utf8'));
