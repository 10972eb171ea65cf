import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from '../support/place.ts';

/** Writes a profile with one source; returns the command line for it. */
export const profileWith = async ({ dir }: Place, source: string): Promise<readonly string[]> => {
  const text = `opsdeck: 1\nsystem: bench\nenv: dev\ntier: dev\nsources:\n  one: ${source}\n`;
  await writeFile(join(dir, 'dev.yaml'), text);
  return ['--env', 'bench/dev', '--profiles', dir];
};
