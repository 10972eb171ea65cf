import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const path = new URL('../../docs/coverage.json', import.meta.url);
const zKept = z.record(z.string(), z.array(z.string()));

/** `docs/coverage.json`: the rows of each system that were last covered. None of them may be lost. */
export const readKept = async (): Promise<Readonly<Record<string, readonly string[]>>> =>
  zKept.parse(JSON.parse(await readFile(path, 'utf8')));

export const writeKept = (kept: Readonly<Record<string, readonly string[]>>): Promise<void> =>
  writeFile(path, `${JSON.stringify(kept, null, 1)}\n`);
