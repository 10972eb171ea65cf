import { createCockpitStore } from '../../src/store/cockpit.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { features } from '../../src/ui/app/features.ts';
import { startUi } from '../../src/ui/app/start.tsx';
import type { StyledRow } from '../../src/ui/kit/text/ansi.ts';
import { createTheme } from '../../src/ui/kit/theme/theme.ts';
import { createUiStore } from '../../src/ui/shell/composition/ui-store.ts';
import { createKeyContextProvider } from '../../src/ui/shell/context/key-context.ts';
import { createPenProvider } from '../../src/ui/shell/pen/pen-provider.ts';
import { createTerminal } from '../../test/screens/support/terminal.ts';
import { createFrameRenderer } from '../../test/support/frame-rows.tsx';
import { feedInfo, frame, learn, noon, sample, spec } from '../../test/support/made-facts.ts';
import { manualClock } from '../../test/support/manual-clock.ts';

// 60 metrics in 4 environments with six hours of values each, on a 200×60 screen. All values change before each frame, a worst
// case. Measures the frame's text alone, then the whole way to the terminal through Ink.
const environments = ['local', 'dev', 'staging', 'production'];
const metrics = 60;
const everyMs = 5000;
const signals = Array.from({ length: metrics }, (_, i) =>
  spec(`m${i}`, {
    title: `metric ${i}`,
    unit: '%',
    threshold: { warn: { op: '>=', value: 80 }, crit: { op: '>=', value: 95 } },
  }),
);
const feed = feedInfo('bus/metrics', 'samples', { signals: signals.map(({ id }) => id) });
const readingOf = (metric: number, round: number): number => 50 + 45 * Math.sin(round / 40 + metric);

const read = (store: FactsStore, round: number): void =>
  learn(
    store,
    feed,
    {
      samples: signals.map(({ id }, metric) =>
        sample(id, readingOf(metric, round), { at: noon + round * everyMs }),
      ),
    },
    noon + round * everyMs,
  );

const rounds = (6 * 3_600_000) / everyMs;
const stores = new Map(
  environments.map((env) => {
    const store = createFactsStore(frame({ env, signals }));
    // Older values come from the history, as after a restart.
    const past = signals.map(({ id }, metric) => {
      const points = Array.from({ length: rounds / 3 }, (_, i) => ({
        at: noon - 6 * 3_600_000 + i * 3 * everyMs,
        value: readingOf(metric, i * 3 - rounds),
      }));
      return [id, points] as const;
    });
    store.apply([{ is: 'recalled', points: new Map(past) }], noon);
    return [env, store];
  }),
);
const own = stores.get('production');
if (own === undefined) throw new Error('no environment');
const across = new Map([...stores].filter(([env]) => env !== 'production'));

const cockpit = createCockpitStore();
cockpit.setState({
  open: {
    system: 'demo',
    env: 'production',
    title: 'Demo production',
    tier: 'production',
    embedded: false,
    incidents: [],
    across: environments,
  },
});
const nothing = (): void => {};
const renderFrame = createFrameRenderer();
// No keyboard input.
const commands = new Proxy({}, { get: () => nothing }) as Parameters<typeof startUi>[0]['commands'];
const clock = manualClock(noon);
const size = { columns: 200, rows: 60 };

let round = 0;
const change = (): void => {
  round++;
  for (const store of stores.values()) read(store, round);
};
for (let i = 0; i < 100; i++) change();
await clock.advance(100 * everyMs);

const alone = async (
  window: number,
): Promise<{ readonly times: readonly number[]; readonly seen: boolean }> => {
  const model = createUiStore(features, { focus: 'matrix' });
  model.setState({
    place: 'matrix',
    panes: { matrix: { cursor: { index: 0 }, filter: '', order: 0, opened: false, options: { window } } },
  });
  const keyContext = createKeyContextProvider({
    features,
    cockpit,
    facts: () => own,
    across: () => across,
    clock,
    onScreen: { of: (store) => store.getState(), now: () => clock.now() },
    commands,
    model,
    pens: createPenProvider({ ascii: false }),
    size,
    canSuspend: false,
    theme: createTheme('truecolor'),
    copy: () => {},
    suspend: nothing,
    lend: async () => undefined,
    quit: nothing,
  });
  const theme = createTheme('truecolor');
  const times: number[] = [];
  let rows: readonly StyledRow[] = [];
  for (let i = 0; i < 300; i++) {
    change();
    await clock.advance(everyMs);
    const began = performance.now();
    rows = renderFrame({ context: keyContext(), theme, mono: false });
    times.push(performance.now() - began);
  }
  return {
    times: times.slice(100),
    seen: rows.filter((row) => row.some(({ text }) => text.includes('metric '))).length >= 50,
  };
};

const whole = async (): Promise<readonly number[]> => {
  const terminal = createTerminal(size.columns, size.rows);
  const ui = startUi({
    cockpit,
    facts: () => own,
    across: () => across,
    onOpen: () => nothing,
    commands,
    clock,
    settings: { ascii: false, color: 'truecolor' },
    stdout: terminal.stdout,
    stdin: terminal.stdin,
  });
  terminal.send('2');
  await clock.advance(100);
  terminal.send('z');
  await clock.advance(100);
  await ui.flushed();
  const times: number[] = [];
  for (let i = 0; i < 80; i++) {
    const before = terminal.written().length;
    change();
    const began = performance.now();
    await clock.advance(60);
    await ui.flushed();
    times.push(performance.now() - began);
    if (terminal.written().length === before) throw new Error('nothing was drawn');
  }
  ui.stop();
  return times.slice(20);
};

const twenty = await alone(0);
const six = await alone(2);
if (!twenty.seen || !six.seen) throw new Error('not every metric was drawn');
process.stdout.write(JSON.stringify({ twenty: twenty.times, six: six.times, whole: await whole() }));
process.exit(0);
