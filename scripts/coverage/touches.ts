import { glob, readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Touch } from '../../src/domain/touch.ts';

const zTouch = z.object({
  kind: z.enum(['signal', 'view', 'diagnose', 'act', 'verify', 'listed']),
  ids: z.array(z.string()),
  by: z.string(),
  danger: z.enum(['read', 'safe', 'disruptive', 'destructive', 'manual']).exactOptional(),
  types: z.array(z.string()),
});

/** All that programs wrote down as executed, in files of one directory (`OPSDECK_TOUCHED`). */
export const readTouches = async (dir: string): Promise<readonly Touch[]> => {
  const all: Touch[] = [];
  for await (const file of glob(`${dir}/*.touched`))
    for (const line of (await readFile(file, 'utf8')).split('\n'))
      if (line !== '') all.push(zTouch.parse(JSON.parse(line)));
  return all;
};
