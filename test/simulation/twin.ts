import { existsSync, readFileSync } from 'node:fs';
import type { ProgramCall } from '../../src/simulator/programs.ts';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';

/** The same system once more: what is sent there is answered as if it were done, and the system itself stays as it is. */
export interface Twin {
  /** Where a port of the system is in its twin; undefined: it is none of the system's. */
  portOf(port: number): number | undefined;
  /** A call of a program, with the twin's files and addresses in place of the system's. */
  callOf(call: ProgramCall): ProgramCall;
  readonly world: RunningSimulator;
}

/** Every port that a text names behind a host, in order. */
const portsIn = (text: string): readonly number[] =>
  [...text.matchAll(/(?:127\.0\.0\.1|localhost)[: ]+(\d{2,5})\b/g)].map(([, port]) => Number(port));

/** What a var of a profile leads to: its own text, and the file that it names. */
const textsOf = (value: string): readonly string[] =>
  value.startsWith('/') && existsSync(value) && !value.endsWith('/') ? [value, readable(value)] : [value];

const readable = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Pairs a system with one that was started in the same way, by the names under which both tell where they are. */
export const pair = (world: RunningSimulator, twin: RunningSimulator, envs: readonly string[]): Twin => {
  const ports = new Map<number, number>();
  const texts = new Map<string, string>();
  for (const env of envs) {
    const other = twin.vars(env);
    for (const [name, value] of Object.entries(world.vars(env))) {
      const mate = other[name] ?? '';
      if (value !== mate) texts.set(value, mate);
      const [mine, theirs] = [textsOf(value), textsOf(mate)].map((all) => all.flatMap(portsIn));
      mine?.forEach((port, index) => {
        const theirPort = theirs?.[index];
        if (theirPort !== undefined) ports.set(port, theirPort);
      });
    }
  }
  const longest = [...texts].sort(([a], [b]) => b.length - a.length);
  const swap = (text: string): string =>
    longest.reduce((now, [mine, theirs]) => now.replaceAll(mine, theirs), text);
  return {
    world: twin,
    portOf: (port) => ports.get(port),
    callOf: ({ argv, cwd, env }) => ({
      argv: argv.map(swap),
      cwd: swap(cwd),
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, swap(value)])),
    }),
  };
};
