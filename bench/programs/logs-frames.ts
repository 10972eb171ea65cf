import { FilteredView } from '../../src/logs/ring/filtered-view.ts';
import { LogRing } from '../../src/logs/ring/log-ring.ts';
import type { LogsState } from '../../src/logs/ring/logs-state.ts';
import { features } from '../../src/ui/app/features.ts';
import { moveLogCursor } from '../../src/ui/features/logs/keys/cursor-movement.ts';
import { logsPaneId } from '../../src/ui/features/logs/view/view-state-access.ts';
import { createTheme } from '../../src/ui/kit/theme/theme.ts';
import { createUiStore } from '../../src/ui/shell/composition/ui-store.ts';
import { createKeyContextProvider } from '../../src/ui/shell/context/key-context.ts';
import type { KeyContext } from '../../src/ui/shell/contract/pane.ts';
import { createPenProvider } from '../../src/ui/shell/pen/pen-provider.ts';
import { createCellPainter } from '../../src/ui/shell/terminal/cell-painter.ts';
import { createRingIngestor } from '../../test/logs/support/ring-ingestor.ts';
import { createFrameRenderer } from '../../test/support/frame-rows.tsx';
import { noon } from '../../test/support/made-facts.ts';
import { openLoad } from './load.ts';

// Cost of a frame of Logs with a million rows in the ring, from state to bytes, without a terminal: CPU time of this thread.
const columns = 200;
const rows = 60;
const million = 1_000_000;
const streams = 50;
const perFrame = 5000;
const rounds = 240;
const warm = rounds / 4;

const ring = new LogRing({ lines: 1_100_000, bytes: 1e9 });
const into = createRingIngestor(ring, () => noon);
const view = new FilteredView(ring, () => []);
const hits = new FilteredView(ring, () => [], { seeks: true });
let written = 0;
const write = (count: number): void => {
  for (let i = 0; i < count; i++, written++) {
    const level = written % 97 === 0 ? 'ERROR' : written % 31 === 0 ? 'WARN' : 'INFO';
    const text = `${level} c.e.billing.PspClient : call of order=${written.toString(36)} took ${(written * 37) % 997} ms`;
    into.line(written % streams, text, noon - 3_600_000 + written * 4);
  }
};
write(million);

const names = Array.from({ length: streams }, (_, index) => `service-${index}`);
const load = openLoad(100, noon);
const { open } = load.cockpit.getState();
if (open !== undefined) load.cockpit.setState({ open: { ...open, tails: ['pods'] } });
let version = 0;
const publish = (): void => {
  view.judge(() => false);
  hits.judge(() => false);
  const logs: LogsState = {
    scope: { title: 'every stream', of: [] },
    ring,
    filteredView: view,
    hits,
    streams: names.map((name, index) => {
      return { id: `pods:${name}`, source: 'pods', name, label: name, index, state: 'live', lines: written };
    }),
    faults: [],
    older: { is: 'idle' },
    isPaused: false,
    isWaiting: false,
    version: ++version,
  };
  load.cockpit.setState({ logs });
};
publish();

const nothing = (): void => {};
const renderFrame = createFrameRenderer();
const model = createUiStore(features, { focus: logsPaneId });
model.setState({ place: logsPaneId, focus: logsPaneId });
let now = noon;
const keyContext = createKeyContextProvider({
  features,
  cockpit: load.cockpit,
  facts: () => load.facts,
  across: () => new Map(),
  clock: { now: () => now, wallOffset: () => 0 },
  onScreen: { of: (store) => store.getState(), now: () => now },
  commands: new Proxy({}, { get: () => new Proxy({}, { get: () => nothing }) }) as Parameters<
    typeof createKeyContextProvider
  >[0]['commands'],
  model,
  pens: createPenProvider({ ascii: false }),
  size: { columns, rows },
  canSuspend: false,
  theme: createTheme('truecolor'),
  copy: nothing,
  suspend: nothing,
  lend: async () => undefined,
  quit: nothing,
});
const theme = createTheme('truecolor');
const painter = createCellPainter();
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

interface Case {
  readonly name: string;
  /** Changes since the previous frame; not measured. */
  readonly before: (round: number) => void;
  /** Effect of a key; measured with its frame. */
  readonly key?: (context: KeyContext, round: number) => void;
}

const measure = ({ name, before, key }: Case) => {
  const drawing: number[] = [];
  let text = '';
  for (let round = 0; round < rounds; round++) {
    now += 100;
    before(round);
    const began = cpuMs();
    key?.(keyContext(), round);
    const frame = renderFrame({ context: keyContext(), theme, mono: false });
    painter.bytesFor(frame);
    drawing.push(cpuMs() - began);
    if (round === rounds - 1) text = frame.map((row) => row.map((piece) => piece.text).join('')).join('\n');
  }
  if (!text.includes('PspClient')) throw new Error(`the screen shows no lines:\n${text}`);
  process.stdout.write(`${JSON.stringify({ name, drawing: drawing.slice(warm) })}\n`);
};

const arrive = (): void => {
  write(perFrame);
  publish();
};
const search = (text: string): void => {
  hits.setFilters([{ is: 'include', pattern: { text, regex: false, ignoreCase: false } }]);
  publish();
};

measure({ name: 'lines arrive', before: arrive });
measure({
  name: 'the cursor moves',
  before: nothing,
  key: (context, round) => moveLogCursor(context, round % 40 < 20 ? -1 : 1),
});
measure({
  name: 'the cursor moves while lines arrive',
  before: arrive,
  key: (context, round) => moveLogCursor(context, round % 40 < 20 ? -1 : 1),
});
search('order=q');
measure({
  name: 'the cursor moves during a search',
  before: nothing,
  key: (context, round) => moveLogCursor(context, round % 40 < 20 ? -1 : 1),
});
