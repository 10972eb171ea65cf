import { openPtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { cpuMs, rssMiB } from './support/cpu.ts';
import type { Figure } from './support/figure.ts';
import { launcher, openPlace, profileOf } from './support/place.ts';

const feeds = 12;
const settleMs = 5000;
const watchedMs = 30_000;
const sleep = (wait: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, wait));

/** CPU usage of an idle cockpit: 12 feeds every 2 s, at 120×36. Needs /proc. */
export const idle = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const dir = await profileOf(place, feeds);
  await using pty = openPtyTerminal([process.execPath, launcher, '--env', 'bench/dev', '--profiles', dir], {
    columns: 120,
    rows: 36,
    env: place.env,
  });
  await pty.until((screen) => screen.some((line) => line.includes(`${feeds} services`)), 'the facts');
  await sleep(settleMs);
  const before = await cpuMs(pty.pid);
  const startedAt = performance.now();
  const bytes = pty.output().length;
  await sleep(watchedMs);
  const share = ((await cpuMs(pty.pid)) - before) / (performance.now() - startedAt);
  const perSecond = (pty.output().length - bytes) / (watchedMs / 1000);
  return [
    {
      name: `idle CPU, ${feeds} feeds every 2 s`,
      value: `${(share * 100).toFixed(1)} % of a core`,
      target: '≤ 2 %',
      met: share <= 0.02,
      from: `${watchedMs / 1000} s, ${Math.round(perSecond)} bytes/s written`,
    },
    { name: 'idle RSS', value: `${Math.round(await rssMiB(pty.pid))} MiB`, from: 'at the end' },
  ];
};
