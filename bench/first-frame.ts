import { openPtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { type Figure, median, ms } from './support/figure.ts';
import { bundled, launcher, openPlace, type Place } from './support/place.ts';

const rounds = 15;

/** Milliseconds from starting a program in a terminal to the first text on its screen. */
export const untilPainted = async (
  argv: readonly string[],
  place: Place,
  painted: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<number> => {
  const startedAt = performance.now();
  await using pty = openPtyTerminal(argv, { columns: 120, rows: 36, env: { ...place.env, ...env } });
  await pty.until((screen) => painted.test(screen.join('\n')), 'the first frame');
  return performance.now() - startedAt;
};

/** Starts the program, waits until it is fully loaded, and quits, to fill the caches that later starts use. */
export const startOnce = async (argv: readonly string[], place: Place): Promise<void> => {
  await using pty = openPtyTerminal(argv, { columns: 120, rows: 36, env: place.env });
  await pty.until((screen) => screen.some((line) => /\d services/.test(line)), 'the facts');
  pty.press('q');
  await pty.exited;
};

/** The name of a figure: its frame, and the text that is seen when it is painted. */
export const frameMarks = {
  'first painted frame': /q quit/,
  // The clock is only in frames that Ink has drawn: from now on keys are answered.
  'first frame that answers keys': /\d\d:\d\d:\d\d UTC/,
} as const;

/**
 * First frames of the cockpit compared with a bare Ink "hello", bundled the same way, on the same Node, in alternating runs:
 * the opening frame, and the one that answers keys.
 */
export const firstFrame = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const hello = [process.execPath, await bundled(new URL('./programs/hello.tsx', import.meta.url), place)];
  const cockpit = [process.execPath, launcher, '--env', 'demo/production'];
  // An empty cache, as in the first start after an update.
  const caches = { '': {}, ', no compile cache': { NODE_DISABLE_COMPILE_CACHE: '1' } };
  const helloTimes: number[] = [];
  const times = new Map<string, number[]>();
  await startOnce(cockpit, place);
  for (let round = 0; round < rounds; round++) {
    helloTimes.push(await untilPainted(hello, place, /hello/));
    for (const [frame, painted] of Object.entries(frameMarks))
      for (const [cache, env] of Object.entries(caches)) {
        const name = frame + cache;
        times.set(name, [...(times.get(name) ?? []), await untilPainted(cockpit, place, painted, env)]);
      }
  }
  const bare = median(helloTimes);
  return [...times].map(([name, measured]) => {
    const ratio = median(measured) / bare;
    return {
      name,
      value: `${ratio.toFixed(2)} × Ink hello`,
      ...(name === 'first painted frame' ? { target: '≤ 1.35 ×', met: ratio <= 1.35 } : {}),
      from: `${ms(median(measured))} against ${ms(bare)}, medians of ${rounds}`,
    };
  });
};
