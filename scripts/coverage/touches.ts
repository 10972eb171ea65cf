import { glob, readFile } from 'node:fs/promises';
import { type TraceLine, zTraceLine } from '../trace/lines.ts';
import type { Touch } from './touch.ts';
import { touchesOf } from './touches-of.ts';
import { type Claims, claimsOf } from './written.ts';

/** Parses the lines of a trace. Throws for a line that docs/reference/trace.md does not describe. */
export const traceLinesIn = (text: string): readonly TraceLine[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => zTraceLine.parse(JSON.parse(line)));

const systemsIn = (lines: readonly TraceLine[]): ReadonlySet<string> =>
  new Set(lines.flatMap(({ env }) => (env === undefined ? [] : [env.slice(0, env.indexOf('/'))])));

/** All used entries from the `.trace` files of one directory. */
export const readTouches = async (dir: string): Promise<readonly Touch[]> => {
  const claims = new Map<string, Claims>();
  const all: Touch[] = [];
  for await (const file of glob(`${dir}/*.trace`)) {
    const lines = traceLinesIn(await readFile(file, 'utf8'));
    for (const system of systemsIn(lines))
      if (!claims.has(system)) claims.set(system, await claimsOf(system));
    all.push(
      ...touchesOf(lines, (env) => {
        const [system = '', name = ''] = env.split('/');
        return claims.get(system)?.get(name) ?? new Map();
      }),
    );
  }
  return all;
};
