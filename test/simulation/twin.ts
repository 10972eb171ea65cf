import { existsSync, readFileSync } from 'node:fs';
import type { ProgramCall } from '../../src/simulator/servers/http/programs.ts';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';

/** A second instance of a system: it executes diverted calls, and the system remains unchanged. */
export interface Twin {
  /** The port of the twin for a port of the system; undefined: not a port of the system. */
  portOf(port: number): number | undefined;
  /** Rewrites a program call to the files and addresses of the twin. */
  callOf(call: ProgramCall): ProgramCall;
  readonly simulator: RunningSimulator;
}

/** The ports after a host name in a text, in order. */
const portsIn = (text: string): readonly number[] =>
  [...text.matchAll(/(?:127\.0\.0\.1|localhost)[: ]+(\d{2,5})\b/g)].map(([, port]) => Number(port));

/** The value of a profile var, and the contents of the file that it names. */
const textsOf = (value: string): readonly string[] =>
  value.startsWith('/') && existsSync(value) && !value.endsWith('/') ? [value, readable(value)] : [value];

const readable = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Pairs a system with a second instance of it, by the names of their profile vars. */
export const pair = (simulator: RunningSimulator, twin: RunningSimulator, envs: readonly string[]): Twin => {
  const ports = new Map<number, number>();
  const texts = new Map<string, string>();
  for (const env of envs) {
    const other = twin.vars(env);
    for (const [name, value] of Object.entries(simulator.vars(env))) {
      const mate = other[name] ?? '';
      if (value !== mate) texts.set(value, mate);
      // DOCKER_HOST of the Compose program has another scheme than the Engine API.
      if (value !== mate && value.startsWith('http:'))
        texts.set(value.replace('http:', 'tcp:'), mate.replace('http:', 'tcp:'));
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
    simulator: twin,
    portOf: (port) => ports.get(port),
    callOf: ({ argv, cwd, env }) => ({
      argv: argv.map(swap),
      cwd: swap(cwd),
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, swap(value)])),
    }),
  };
};
