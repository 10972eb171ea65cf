import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createLogSession } from '../../src/logs/following/log-session.ts';
import type { Tail } from '../../src/logs/reading/tail.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { processTerminal } from '../../src/platform/terminal/terminal.ts';
import type { Source } from '../../src/sources/kit/contract/source.ts';
import { startUi } from '../../src/ui/app/start.tsx';
import { openLoad } from './load.ts';

// The cockpit's screen with Logs over many continuously written streams: an in-process source with the real session, ring and
// filtered views. On quit it stops writing and saves the number of received lines to a file.
const [, , summaryFile = '', streamsText = '50', perSecondText = '1000'] = process.argv;
const streams = Number(streamsText);
const perSecond = Number(perSecondText);
/** Lines arrive in batches, as over a network. */
const burstMs = 20;

const clock = systemClock();
const stop = new AbortController();
const written = new Array<number>(streams).fill(0);
const levels = ['INFO ', 'INFO ', 'DEBUG', 'INFO ', 'WARN ', 'INFO ', 'INFO ', 'ERROR'];

const lineOf = (stream: number, index: number, now: number): string =>
  `${new Date(now).toISOString()} ${levels[(index * 3 + stream) % 8]} service-${stream} order=${index.toString(36)} psp call took ${(index * 37) % 997} ms, attempt ${index % 3} of 3`;

const tailOf = (stream: number): Tail => ({
  stream: `service-${stream}/app`,
  open: async function* (_, signal) {
    const began = performance.now();
    const ended = AbortSignal.any([signal, stop.signal]);
    // Staggered, so that streams do not write at the same time.
    await clock.sleep((stream * 7) % burstMs, ended);
    while (!ended.aborted) {
      const due = Math.floor(((performance.now() - began) * perSecond) / 1000);
      for (let index = written[stream] ?? 0; index < due; index++) {
        const time = clock.now();
        written[stream] = index + 1;
        yield { is: 'line', text: lineOf(stream, index, time), at: time };
      }
      await clock.sleep(burstMs, ended);
    }
    // The stream gets no more lines and stays open.
    await clock.sleep(60_000, signal);
  },
});

const tails = Array.from({ length: streams }, (_, stream) => tailOf(stream));
const source: Source = {
  id: 'pods',
  feeds: [],
  operations: [],
  tails: async () => tails,
  close: async () => {},
};
const scene = openLoad(100, clock.now());
const { open } = scene.cockpit.getState();
if (open !== undefined) scene.cockpit.setState({ open: { ...open, tails: ['pods'] } });
const session = createLogSession({
  clock,
  chance: Math.random,
  sources: () => new Map([['pods', source]]),
  publish: (logs) => scene.cockpit.setState({ logs }),
  showMessage: () => {},
});

const delays = monitorEventLoopDelay({ resolution: 1 });
const began = performance.now();
const sum = (): number => written.reduce((all, value) => all + value, 0);

/** Waits until all written lines have arrived, and reports them. */
const quit = async (): Promise<void> => {
  const { ring } = scene.cockpit.getState().logs ?? {};
  const stoppedAt = performance.now();
  const due = ((performance.now() - began) * streams * perSecond) / 1000;
  const asWritten = sum();
  const { user, system } = process.cpuUsage();
  stop.abort();
  const received = (): number => (ring === undefined ? 0 : ring.count + ring.evicted);
  while (received() < sum() && performance.now() - stoppedAt < 10_000) await clock.sleep(20);
  const result = {
    seconds: (stoppedAt - began) / 1000,
    cpuMs: (user + system) / 1000,
    due,
    asWritten,
    written: sum(),
    received: received(),
    stored: ring?.count ?? 0,
    loopP99: delays.percentile(99) / 1e6,
    loopMax: delays.max / 1e6,
  };
  writeFileSync(summaryFile, JSON.stringify(result));
  process.exit(0);
};

const nothing = (): void => {};
const others: Readonly<Record<string, unknown>> = { quit: () => void quit(), logs: session };
const commands = new Proxy({}, { get: (_, name) => others[String(name)] ?? nothing }) as Parameters<
  typeof startUi
>[0]['commands'];

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
delays.enable();
await ui.waitUntilExit();
