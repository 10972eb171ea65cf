import { openPtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { type Figure, median, ms } from './support/figure.ts';
import { bundled, launcher, openPlace, type Place } from './support/place.ts';

const rounds = 15;

/** Milliseconds from starting a program in a terminal to the first text on its screen. */
const untilPainted = async (
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
const startOnce = async (argv: readonly string[], place: Place): Promise<void> => {
  await using pty = openPtyTerminal(argv, { columns: 120, rows: 36, env: place.env });
  await pty.until((screen) => screen.some((line) => /\d services/.test(line)), 'the facts');
  pty.press('q');
  await pty.exited;
};

/** First frame of the cockpit compared with a bare Ink "hello", bundled the same way, on the same Node, in alternating runs. */
export const firstFrame = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const hello = [process.execPath, await bundled(new URL('./programs/hello.tsx', import.meta.url), place)];
  const cockpit = [process.execPath, launcher, '--env', 'demo/production'];
  // An empty cache, as in the first start after an update.
  const cold = { NODE_DISABLE_COMPILE_CACHE: '1' };
  const times = { hello: [] as number[], warm: [] as number[], cold: [] as number[] };
  await startOnce(cockpit, place);
  for (let round = 0; round < rounds; round++) {
    times.hello.push(await untilPainted(hello, place, /hello/));
    times.warm.push(await untilPainted(cockpit, place, /q quit/));
    times.cold.push(await untilPainted(cockpit, place, /q quit/, cold));
  }
  const bare = median(times.hello);
  return (['warm', 'cold'] as const).map((kind) => {
    const ratio = median(times[kind]) / bare;
    return {
      name: `first painted frame${kind === 'cold' ? ', no compile cache' : ''}`,
      value: `${ratio.toFixed(2)} × Ink hello`,
      ...(kind === 'warm' ? { target: '≤ 1.35 ×', met: ratio <= 1.35 } : {}),
      from: `${ms(median(times[kind]))} against ${ms(bare)}, medians of ${rounds}`,
    };
  });
};
