import type { Queue } from '../../src/kinds/queues/fact.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { createCockpitStore } from '../../src/store/cockpit.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { features } from '../../src/ui/app/features.ts';
import { createTheme } from '../../src/ui/kit/theme/theme.ts';
import { createUiStore } from '../../src/ui/shell/composition/ui-store.ts';
import { createKeyContextProvider } from '../../src/ui/shell/context/key-context.ts';
import { updatePane } from '../../src/ui/shell/contract/model.ts';
import { createPenProvider } from '../../src/ui/shell/pen/pen-provider.ts';
import { createFrameRenderer } from '../../test/support/frame-rows.tsx';
import { feedInfo, frame, learn, noon } from '../../test/support/made-facts.ts';
import { manualClock } from '../../test/support/manual-clock.ts';

// 10,000 rows in a full-screen pane at 120×40: Pods, or Queues with the argument `queues`. Measures a frame after a key without
// new data, after a reading in which 1 % of the rows changed, and after each letter of a filter.
const place = process.argv[2] === 'queues' ? 'queues' : 'pods';
const rowCount = 10_000;
const frames = 60;
const everyMs = 5000;

const podOf = (index: number, round: number): Workload => ({
  source: 'k8s',
  at: noon,
  kind: 'pod',
  namespace: `team-${index % 40}`,
  name: `service-${index % 200}-${(index * 7919).toString(36)}`,
  owner: `service-${index % 200}`,
  node: `node-${index % 97}`,
  status: (index + round) % 500 === 0 ? 'CrashLoopBackOff' : 'Running',
  ready: (index + round) % 500 === 0 ? 0 : 1,
  wanted: 1,
  restarts: index % 7,
  cpuCores: 0.1,
  memoryBytes: 2e8,
});

/** Every fiftieth queue is the dead-letter queue of the one before. */
const queueOf = (index: number, round: number): Queue => ({
  source: 'aws',
  at: noon,
  name: `service-${index % 200}-${(index * 7919).toString(36)}`,
  kind: index % 50 === 0 ? 'dlq' : 'sqs',
  depth: (index + round) % 500 === 0 ? 12 : 0,
  inFlight: index % 7,
  delayed: 0,
  deadLettersOf: [],
  retentionSeconds: 345_600,
  visibilitySeconds: 30,
  isFifo: false,
});

const factOf = place === 'queues' ? queueOf : podOf;
const store = createFactsStore(
  frame({
    sources:
      place === 'queues'
        ? { aws: { type: 'aws', kinds: ['queues'] } }
        : { k8s: { type: 'kubernetes', kinds: ['workloads'] } },
  }),
);
const feed =
  place === 'queues'
    ? feedInfo('aws/queues', 'queues', { everyMs })
    : feedInfo('k8s/pods', 'workloads', { everyMs });
let facts: readonly (Workload | Queue)[] = Array.from({ length: rowCount }, (_, index) => factOf(index, 0));
const clock = manualClock(noon);
let round = 0;
const read = (): void => {
  round++;
  facts = facts.map((fact, index) => (index % 100 === round % 100 ? factOf(index, round) : fact));
  learn(store, feed, { items: facts }, clock.now());
};

const cockpit = createCockpitStore();
cockpit.setState({
  open: {
    system: 'demo',
    env: 'production',
    title: 'Demo production',
    tier: 'production',
    embedded: false,
    incidents: [],
    across: ['production'],
  },
});
const nothing = (): void => {};
const renderFrame = createFrameRenderer();
const model = createUiStore(features, { focus: place });
model.setState({ place });
const keyContext = createKeyContextProvider({
  features,
  cockpit,
  facts: () => store,
  across: () => new Map(),
  clock,
  // No keyboard input.
  onScreen: { of: (store) => store.getState(), now: () => clock.now() },
  commands: new Proxy({}, { get: () => nothing }) as Parameters<
    typeof createKeyContextProvider
  >[0]['commands'],
  model,
  pens: createPenProvider({ ascii: false }),
  size: { columns: 120, rows: 40 },
  canSuspend: false,
  theme: createTheme('truecolor'),
  copy: () => {},
  suspend: nothing,
  lend: async () => undefined,
  quit: nothing,
});
const theme = createTheme('truecolor');

const measured = async (before: (index: number) => void | Promise<void>): Promise<readonly number[]> => {
  const times: number[] = [];
  for (let index = 0; index < frames; index++) {
    await before(index);
    const began = performance.now();
    const rows = renderFrame({ context: keyContext(), theme, mono: false });
    times.push(performance.now() - began);
    if (!rows.some((row) => row.some(({ text }) => text.includes('service-'))))
      throw new Error(`no row of ${place} was drawn`);
  }
  return times.slice(frames / 3);
};

read();
const key = await measured((index) => updatePane(model, place, { cursor: { index } }));
const reading = await measured(async () => {
  await clock.advance(everyMs);
  read();
});
const typed = 'service-1';
const letter = await measured((index) =>
  updatePane(model, place, { filter: typed.slice(0, 1 + (index % typed.length)) }),
);
process.stdout.write(JSON.stringify({ key, reading, letter }));
process.exit(0);
