import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { logProfile } from './logs-first.ts';
import { cpuShare } from './support/cpu.ts';
import { type Figure, median } from './support/figure.ts';
import { launcher, openPlace, type Place } from './support/place.ts';

const perSecond = 10_000;
const maxShare = 0.25;
const settleMs = 3000;
const watchedMs = 2000;
const rounds = 3;
const writer = fileURLToPath(new URL('./programs/log-writer.ts', import.meta.url));

const sleep = (wait: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, wait));

/** Median of several short measurements, because other processes run too. */
const shareOf = async (pids: readonly number[]): Promise<number> => {
  await sleep(settleMs);
  const shares: number[] = [];
  for (let round = 0; round < rounds; round++) shares.push(await cpuShare(pids, watchedMs));
  return median(shares);
};

const ended = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};

/** CPU usage of a pipeline of programs; the last output is discarded. */
const piped = async (place: Place, argvs: readonly (readonly string[])[]): Promise<number> => {
  const children = argvs.map(([file = '', ...args]) =>
    spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: process.env.PATH, ...place.env } }),
  );
  for (const [index, child] of children.entries()) {
    const next = children[index + 1]?.stdin;
    if (next === undefined || next === null) child.stdout.resume();
    else child.stdout.pipe(next);
  }
  const share = await shareOf(children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
  for (const child of children) await ended(child);
  return share;
};

const onScreen = async (place: Place, argv: readonly string[], keys: string): Promise<number> => {
  await using pty = openPtyTerminal(argv, { columns: 120, rows: 40, env: place.env });
  await pty.quiet(500, 3000);
  pty.press(keys);
  await pty.until((screen) => screen.some((line) => line.includes('PspClient')), 'lines');
  // Awaited here, because the program ends when this function returns.
  return await shareOf([pty.pid]);
};

const percent = (share: number): string => `${(share * 100).toFixed(0)} % of a core`;

/** CPU usage of following a file that grows by ten thousand lines per second. */
export const logsTail = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const path = join(place.dir, 'service.log');
  const args = await logProfile(place, path);
  const writing = spawn(process.execPath, [writer, path, String(perSecond)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const from = `${perSecond.toLocaleString('en')} lines/s of 100 bytes, median of ${rounds} times ${watchedMs / 1000} s`;
  const figure = (name: string, share: number): Figure => ({
    name,
    value: percent(share),
    target: `≤ ${percent(maxShare)}`,
    met: share <= maxShare,
    from,
  });
  const reference = (name: string, share: number): Figure => ({
    name,
    value: percent(share),
    from: 'for comparison',
  });
  const cockpit = [process.execPath, launcher];
  const follow = [...cockpit, 'logs', ...args, '--follow'];
  try {
    const figures = [
      figure('opsdeck logs --follow of a growing file', await piped(place, [follow])),
      figure('the same, --include ERROR', await piped(place, [[...follow, '--include', 'ERROR']])),
      figure('Logs of the cockpit on it', await onScreen(place, [...cockpit, ...args], '8')),
      reference(
        'tail -F | grep ERROR',
        await piped(place, [
          ['tail', '-F', path],
          ['grep', 'ERROR'],
        ]),
      ),
    ];
    const hasLnav = spawnSync('lnav', ['-V']).error === undefined;
    return hasLnav ? [...figures, reference('lnav', await onScreen(place, ['lnav', path], 'G'))] : figures;
  } finally {
    await ended(writing);
  }
};
