import { openPtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { type Figure, ms, percentile } from './support/figure.ts';
import { launcher, openPlace } from './support/place.ts';

const presses = 150;
const sizes = [
  { columns: 120, rows: 36 },
  { columns: 200, rows: 60 },
] as const;

const sleep = (wait: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, wait));

/** Ms from writing a key into the terminal to the first byte that comes back, with facts arriving meanwhile. */
const latencies = async (size: (typeof sizes)[number]): Promise<readonly number[]> => {
  await using place = await openPlace();
  await using pty = openPtyTerminal(
    [process.execPath, launcher, '--env', 'demo/production', '--rehearse', 'dependency-down'],
    { ...size, env: place.env },
  );
  await pty.until((screen) => screen.some((line) => line.includes('OPEN')), 'the facts');
  const times: number[] = [];
  for (let press = 0; press < presses; press++) {
    // Not in step with anything that the cockpit does by itself.
    await sleep(60 + ((press * 37) % 80));
    await pty.quiet(15, 200);
    const before = pty.output().length;
    const changed = Promise.withResolvers<number>();
    const listening = pty.onWritten(() => {
      if (pty.output().length > before) changed.resolve(performance.now());
    });
    const pressedAt = performance.now();
    // The focus goes to another pane each time, so that each key changes the screen.
    pty.press(press % 2 === 0 ? '3' : '1');
    times.push((await changed.promise) - pressedAt);
    listening();
  }
  return times;
};

/** Key → changed bytes in a terminal, of the cockpit on the embedded world during an incident. */
export const keyLatency = async (): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const size of sizes) {
    const times = await latencies(size);
    figures.push({
      name: `key → changed bytes at ${size.columns}×${size.rows}`,
      value: `p50 ${ms(percentile(times, 50))}, p99 ${ms(percentile(times, 99))}`,
      from: `${presses} keys`,
    });
  }
  return figures;
};
