import { createCockpitStore } from '../../src/store/cockpit.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { startUi } from '../../src/ui/app/start.tsx';
import { createTerminal } from '../../test/screens/support/terminal.ts';
import { feedInfo, frame, health, learn, noon } from '../../test/support/made-facts.ts';
import { manualClock } from '../../test/support/manual-clock.ts';

// The real screen, 200×60 and full of rows, on an in-memory terminal with a stopped clock. One digit of one latency changes, and
// the written bytes are counted.
const terminal = createTerminal(200, 60);
const clock = manualClock(noon);
const facts = createFactsStore(frame());
const feed = feedInfo('bus/health', 'health');
const rows = (latencyMs: number) =>
  Array.from({ length: 80 }, (_, i) =>
    health(`service-${String(i).padStart(2, '0')}`, {
      status: 'degraded',
      detail: 'the body says degraded',
      latencyMs: i === 20 ? latencyMs : 40,
    }),
  );
learn(facts, feed, { items: rows(41) });

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
const commands = new Proxy({}, { get: () => nothing });
const ui = startUi({
  cockpit,
  facts: () => facts,
  across: () => new Map(),
  onOpen: () => nothing,
  // No keyboard input.
  commands: commands as Parameters<typeof startUi>[0]['commands'],
  clock,
  settings: { ascii: false, color: 'truecolor' },
  stdout: terminal.stdout,
  stdin: terminal.stdin,
});

/** Waits until everything is drawn: longer than the coalescing delay, and short enough that no second elapses in all rounds. */
const settle = async (): Promise<void> => {
  await clock.advance(50);
  await ui.flushed();
  await clock.settle();
};

await settle();
const full = Buffer.byteLength(terminal.written());
const counts: number[] = [];
for (let latency = 42; latency < 50; latency++) {
  const before = terminal.written().length;
  learn(facts, feed, { items: rows(latency) });
  await settle();
  counts.push(Buffer.byteLength(terminal.written().slice(before)));
}
const seen = terminal.rows().some((row) => row.includes('service-20') && row.includes('49ms'));
ui.stop();
if (!seen) throw new Error(`the change was not drawn:\n${terminal.rows().join('\n')}`);
process.stdout.write(JSON.stringify({ full, counts }));
process.exit(0);
