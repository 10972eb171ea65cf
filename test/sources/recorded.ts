import { readFileSync } from 'node:fs';

/** A real server's answer, as it was recorded. */
export const recorded = (path: string): unknown =>
  JSON.parse(readFileSync(`test/recordings/${path}`, 'utf8'));
