import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStart } from '../../../src/platform/processes/process-identity.ts';
import type { FailureMode } from '../../../src/testing/failure-modes.ts';
import type { Stage, Wire } from '../../../src/testing/source-rig.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** A failure mode of a program: the contents of its file, and whether it is executable. */
interface ProgramFailureMode extends FailureMode {
  /** The rest of a shell script; absent: the program does not exist. */
  readonly does?: string;
  readonly mode?: number;
}

const source = 'script';
const healthy = 'echo \'{"seconds":412,"branch":"main"}\'';

const failureModes: readonly ProgramFailureMode[] = [
  { name: 'down', fault: 'missing', row: 'unknown' },
  { name: 'denied', fault: 'denied', row: 'unknown', does: healthy, mode: 0o644 },
  {
    name: 'the program it executes is missing',
    fault: 'missing',
    row: 'unknown',
    does: 'exec no-such-program',
  },
  {
    name: 'garbage',
    fault: 'malformed',
    row: 'down',
    does: "printf '\\026\\003\\001\\033[2J\\033]0;owned {not json\\n'",
  },
  { name: 'empty output', fault: 'malformed', row: 'down', does: ':' },
  { name: 'truncated output', fault: 'malformed', row: 'down', does: 'printf \'{"seconds":41\'' },
  {
    name: 'a gigabyte',
    fault: 'malformed',
    row: 'down',
    does: 'exec head -c 1073741824 /dev/zero',
  },
  { name: 'hanging', fault: 'timeout', row: 'down', hangs: true, does: 'exec sleep 600' },
  {
    name: 'output that stalls',
    fault: 'timeout',
    row: 'down',
    hangs: true,
    does: "printf '{\"sec'; exec sleep 600",
  },
];

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise<void>((resolve) => setImmediate(resolve));
};

/** The process of the wire that is open, which leads its group. */
let detached: { readonly pid: string; readonly start: string } | undefined;

/** Starts a process in a group of its own; returns how to end it. */
const startDetached = async (): Promise<() => void> => {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  const { pid = 0 } = child;
  detached = { pid: String(pid), start: (await processStart(pid)) ?? '' };
  return () => void child.kill('SIGKILL');
};

/** A directory with one program, which records its process id and then behaves as the failure requires. */
const openWire = async (): Promise<Wire<ProgramFailureMode>> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-contract-'));
  const program = join(dir, 'program');
  const pidFile = join(dir, 'pids');
  await writeFile(pidFile, '');
  const startedPids = async (): Promise<readonly number[]> => {
    const numbers = (await readFile(pidFile, 'utf8')).split('\n');
    return numbers.slice(0, -1).map(Number);
  };
  let amount = 0;
  const countStarts = async (): Promise<number> => {
    amount = (await startedPids()).length;
    return amount;
  };
  const set = async ({ does, mode }: Pick<ProgramFailureMode, 'does' | 'mode'>): Promise<void> => {
    // Removed first: a running program cannot be overwritten (ETXTBSY).
    await rm(program, { force: true });
    if (does !== undefined) await writeFile(program, `#!/bin/sh\necho $$ >> ${pidFile}\n${does}\n`);
    if (does !== undefined) await chmod(program, mode ?? 0o755);
    await countStarts();
  };
  await set({ does: healthy });
  const endDetached = await startDetached();
  return {
    url: dir,
    set,
    heal: () => set({ does: healthy }),
    methods: () => new Set(),
    asked: () => amount,
    arrived: (count) => until(async () => (await countStarts()) >= count),
    drained: () =>
      until(async () =>
        (await Promise.all((await startedPids()).map(processStart))).every((text) => text === undefined),
      ),
    close: () => {
      endDetached();
      return rm(dir, { recursive: true });
    },
  };
};

/** Programs instead of a server: their output, their exit status, and no leftover processes. */
export const scriptStage: Stage<ProgramFailureMode> = {
  failureModes,
  call: /^\S+\/program(?: \S+)*: \S/,
  isAnonymous: true,
  clock: () => manualClock(),
  open: openWire,
  rig: {
    type: 'script',
    config: (dir) => ({
      checks: [{ service: 'build', run: [join(dir, 'program'), 'status'], parse: 'json' }],
      cwd: dir,
    }),
    signals: [
      { id: 'build.status', read: { status: 'build' } },
      { id: 'build.branch', read: { value: 'build', path: 'branch' } },
      { id: 'build.tests', read: { value: 'build', path: 'tests' } },
      { id: 'build.seconds', read: { exec: ['./program', 'numbers'], parse: 'json', path: 'seconds' } },
      { id: 'build.minutes', read: { exec: ['./program', 'numbers'], parse: 'json', path: 'minutes' } },
    ],
    healthy: {
      'script/health@build': {
        items: [
          { source, env: 'test', service: 'build', instance: '', status: 'up', detail: '', components: [] },
        ],
        samples: [
          { source, signal: 'build.status', labels: {}, value: 0 },
          { source, signal: 'build.branch', labels: {}, value: 'main' },
          {
            source,
            signal: 'build.tests',
            labels: {},
            why: 'there is no number or text at tests: check path',
          },
        ],
      },
      'script/values:build.seconds': {
        items: [
          { source, signal: 'build.seconds', labels: {}, value: 412 },
          {
            source,
            signal: 'build.minutes',
            labels: {},
            why: 'there is no number or text at minutes: check path',
          },
        ],
      },
    },
    unknowns: {
      'script/health@build': ({ samples = [] }) =>
        samples.filter(({ signal }) => signal === 'build.tests').map(({ value }) => value),
    },
    operations: {
      exec: { argv: ['true'] },
      start: { name: 'api', argv: ['true'] },
      get stop() {
        return { name: 'api', ...detached };
      },
    },
  },
};
