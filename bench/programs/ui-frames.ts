import { systemClock } from '../../src/platform/runtime/clock.ts';
import { limitNewSpace } from '../../src/platform/runtime/new-space.ts';
import { features } from '../../src/ui/app/features.ts';
import type { MainView } from '../../src/ui/kit/components/cursor.ts';
import { createTheme } from '../../src/ui/kit/theme/theme.ts';
import { createUiStore } from '../../src/ui/shell/composition/ui-store.ts';
import { createKeyContextProvider, createRenderedFacts } from '../../src/ui/shell/context/key-context.ts';
import { prepareFrame } from '../../src/ui/shell/frame/prepare-frame.ts';
import { createPenProvider } from '../../src/ui/shell/pen/pen-provider.ts';
import { createCellPainter } from '../../src/ui/shell/terminal/cell-painter.ts';
import { createFrameRenderer } from '../../test/support/frame-rows.tsx';
import { noon } from '../../test/support/made-facts.ts';
import { waitedMs } from '../support/cpu.ts';
import { openLoad } from './load.ts';

// Cost of one frame at 200×60, from facts to bytes, without a terminal.
const columns = 200;
const rows = 60;
const workloads = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[4] ?? 400);
const warm = rounds / 4;

const load = openLoad(workloads, noon);
let now = noon;
/** CPU time of this thread in ms. It is as old as the last tick of the kernel, up to 4 ms: only a mean of many frames is exact. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
/** Time in ms without that in which this thread waited for a CPU: exact, but includes waiting for the threads of the collector. */
const steadyMs = (): number => performance.now() - waitedMs(process.pid);
const nothing = (): void => {};
const noReading = (): (() => void) => nothing;
// As the product does after its first frame.
void limitNewSpace(systemClock());
const renderFrame = createFrameRenderer();
const commands = new Proxy({}, { get: () => nothing }) as Parameters<
  typeof createKeyContextProvider
>[0]['commands'];

interface Case {
  readonly name: string;
  readonly place: MainView;
  /** Rows that must be on the screen for a valid measurement. */
  readonly shows: RegExp;
  readonly filter?: string;
  /** Makes the next reading, outside the measurement; returns the function that applies it. */
  readonly reading: () => () => void;
}

const measure = async ({ place, reading, shows, filter = '' }: Case) => {
  const model = createUiStore(features, { focus: place === 'overview' ? 'health' : place });
  const focus = place === 'overview' ? 'health' : place;
  model.setState({ place, focus });
  const onScreen = createRenderedFacts({ now: () => now });
  const keyContext = createKeyContextProvider({
    features,
    cockpit: load.cockpit,
    facts: () => load.facts,
    across: () => new Map(),
    clock: { now: () => now, wallOffset: () => 0 },
    onScreen,
    commands,
    model,
    pens: createPenProvider({ ascii: false }),
    size: { columns, rows },
    canSuspend: false,
    theme: createTheme('truecolor'),
    copy: () => {},
    suspend: nothing,
    lend: async () => undefined,
    quit: nothing,
  });
  const theme = createTheme('truecolor');
  const painter = createCellPainter();
  const [learning, drawing, turns, bytes]: [number[], number[], number[], number[]] = [[], [], [], []];
  let text = '';
  for (let round = 0; round < rounds; round++) {
    // Timers of the product run between frames.
    await new Promise(setImmediate);
    now += reading === noReading ? 10 : 100;
    const apply = reading();
    const began = cpuMs();
    const start = steadyMs();
    apply();
    model.setState(({ panes }) => ({
      panes: { ...panes, [focus]: { cursor: { index: round % 200 }, filter, order: 0, opened: false } },
    }));
    const value = cpuMs();
    let from = steadyMs();
    let longest = from - start;
    const turnEnds = (): void => {
      const to = steadyMs();
      longest = Math.max(longest, to - from);
      from = to;
    };
    // Data renews the drawn facts, which are prepared in several turns; a key alone only draws.
    if (reading !== noReading) {
      for (const _ of prepareFrame(() => keyContext.viewOf(onScreen.prepare()))) turnEnds();
      turnEnds();
      onScreen.renew();
    }
    const frame = renderFrame({ context: keyContext(), theme, mono: false });
    const written = painter.bytesFor(frame);
    turnEnds();
    drawing.push(cpuMs() - value);
    turns.push(longest);
    learning.push(value - began);
    bytes.push(written.length);
    if (round === rounds - 1) text = frame.map((row) => row.map((piece) => piece.text).join('')).join('\n');
  }
  if (!shows.test(text)) throw new Error(`the screen does not show ${shows}:\n${text}`);
  return {
    learning: learning.slice(warm),
    drawing: drawing.slice(warm),
    turns: turns.slice(warm),
    bytes: bytes.slice(warm),
  };
};

const cases: readonly Case[] = [
  {
    name: 'overview, the cursor moves',
    place: 'overview',
    shows: /6 Pods .* ok/,
    reading: noReading,
  },
  {
    name: 'overview, everything changes',
    place: 'overview',
    shows: /6 Pods .* ok/,
    reading: () => () => load.changeRest(now),
  },
  { name: 'pods, the cursor moves', place: 'pods', shows: /service-/, reading: noReading },
  {
    name: 'pods, 250 workloads change',
    place: 'pods',
    shows: /service-/,
    reading: () => load.nextReading(250, now),
  },
  {
    name: 'pods, all workloads change',
    place: 'pods',
    shows: /service-/,
    reading: () => load.nextReading(workloads, now),
  },
  { name: 'pods, filtered', place: 'pods', shows: /service-3/, filter: 'service-3', reading: noReading },
];

for (const testCase of cases) {
  const only = process.argv[3];
  if (only !== undefined && !testCase.name.includes(only)) continue;
  process.stdout.write(`${JSON.stringify({ name: testCase.name, ...(await measure(testCase)) })}\n`);
}
