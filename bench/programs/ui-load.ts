import { LogRing } from '../../src/logs/ring/log-ring.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { processTerminal } from '../../src/platform/terminal/terminal.ts';
import { startUi } from '../../src/ui/start.tsx';
import { createRingIngestor } from '../../test/logs/support/ring-ingestor.ts';
import { openLoad } from './load.ts';

// The cockpit's screen over ten thousand workloads, in a terminal. `load`: every workload changes every two seconds, and 10,000
// lines per second arrive as bytes and are kept in the ring of LOGS, of 100,000.
const load = process.argv[2] === 'load';
const workloads = Number(process.argv[3] ?? 10_000);
const clock = systemClock();
const scene = openLoad(workloads, clock.now());
// A day of values every 15 s, as after a restart.
const dayMs = 24 * 3_600_000;
scene.recall(dayMs, 15_000, clock.now());
const nothing = (): void => {};
const commands = new Proxy(
  {},
  { get: (_, name) => (name === 'quit' ? () => process.exit(0) : nothing) },
) as Parameters<typeof startUi>[0]['commands'];

const ui = startUi({
  cockpit: scene.cockpit,
  facts: () => scene.facts,
  across: () => new Map(),
  onOpen: () => nothing,
  commands,
  clock,
  settings: { ascii: false, color: 'truecolor' },
  host: processTerminal(),
});

const [tickMs, everyMs, linesPerSecond, ringLines] = [100, 2000, 10_000, 100_000] as const;
const ring = new LogRing({ lines: ringLines, bytes: 1e9 });
const into = createRingIngestor(ring, () => clock.now());
let line = 0;
const arrive = (count: number): void => {
  const lines = Array.from({ length: count }, () => {
    line++;
    return `2026-03-04T10:15:07.123Z INFO service-${line % 400} order=${line} took ${line % 900} ms\n`;
  });
  into.chunk(0, Buffer.from(lines.join('')));
};
if (load) {
  setInterval(() => scene.change((workloads * tickMs) / everyMs, clock.now()), tickMs);
  setInterval(() => arrive(linesPerSecond / 50), 20);
}
setInterval(() => scene.changeRest(clock.now()), everyMs);
await ui.waitUntilExit();
process.exit(0);
