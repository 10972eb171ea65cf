import { LogRing } from '../../src/logs/ring/log-ring.ts';
import { openRecordingFile } from '../../src/platform/files/recording-file.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { limitNewSpace } from '../../src/platform/runtime/new-space.ts';
import { processTerminal } from '../../src/platform/terminal/terminal.ts';
import { startUi } from '../../src/ui/app/start.tsx';
import { createFrameTap } from '../../src/ui/shell/recording/frame-tap.ts';
import { createScreenRecorder } from '../../src/ui/shell/recording/screen-recorder.ts';
import { createRingIngestor } from '../../test/logs/support/ring-ingestor.ts';
import { openLoad } from './load.ts';

// The cockpit's screen over ten thousand workloads, in a terminal. `load`: every workload changes every two seconds, and 10,000
// lines per second arrive as bytes and are kept in the ring of Logs, of 100,000. With a file as the third argument the screen is
// recorded into it, as by opsdeck record.
const load = process.argv[2] === 'load';
const workloads = Number(process.argv[3] ?? 10_000);
const clock = systemClock();
const recording = process.argv[4];
const frames = createFrameTap();
if (recording !== undefined) {
  const file = await openRecordingFile(recording, { ended: (problem) => console.error(problem) });
  const recorder = createScreenRecorder({
    ...{ clock, sink: { write: file.write }, version: 'bench', env: undefined, shared: false },
  });
  frames.listen(recorder.painted);
}
const scene = openLoad(workloads, clock.now());
// As the product does after its first frame, before it has read anything.
void limitNewSpace(clock);
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
  painted: frames.paint,
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
