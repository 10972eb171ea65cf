import { expect, test } from 'vitest';
import type { Acknowledgements } from '../../../../src/domain/incidents/acknowledgement.ts';
import type { WaitingApproval } from '../../../../src/domain/runs/approval.ts';
import { createAttentionNotifier } from '../../../../src/engine/cockpit/attention/attention.ts';
import type { Alert, AlertState } from '../../../../src/kinds/alerts/fact.ts';
import type { RunView } from '../../../../src/store/cockpit.ts';
import { createFactsStore } from '../../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../../src/store/snapshot.ts';
import { proposed, running, waitingApproval } from '../../../screens/support/runs.ts';
import { fault, feedInfo, frame, learn, noon } from '../../../support/made-facts.ts';

const feed = feedInfo('am/alerts', 'alerts', { everyMs: 5000, staleMs: 15_000 });
const minute = 60_000;

const alert = (name: string, state: AlertState): Alert => ({
  source: 'am',
  at: noon,
  name,
  severity: 'critical',
  state,
  labels: {},
  summary: '',
});

const watching = (isWanted: () => boolean = () => true) => {
  const store = createFactsStore(frame({ sources: { am: { type: 'alertmanager', kinds: ['alerts'] } } }));
  const notify = createAttentionNotifier(isWanted);
  let now = noon;
  let acknowledged: Acknowledgements = {};
  let run: RunView | undefined;
  let approvals: readonly WaitingApproval[] = [];
  store.apply([{ is: 'opened', feeds: [feed] }], now);
  const read = () =>
    notify(now, { snapshot: buildSnapshot(store.getState(), now), acknowledged, run, approvals });
  const texts = (): readonly string[] => read().map(({ text }) => text);
  return {
    texts,
    requests: (...all: readonly WaitingApproval[]): readonly string[] => {
      approvals = all;
      return texts();
    },
    after: (ms: number) => {
      now += ms;
    },
    alerts: (...items: readonly (readonly [string, AlertState])[]): readonly string[] => {
      learn(store, feed, { items: items.map(([name, state]) => ({ ...alert(name, state), at: now })) }, now);
      return texts();
    },
    blind: (): readonly string[] => {
      learn(store, feed, { faults: [fault('unreachable')] }, now);
      return texts();
    },
    take: () => {
      const [row] = buildSnapshot(store.getState(), now).kinds.alerts.rows;
      acknowledged = {
        one: {
          finding: 'one',
          what: '',
          level: 'crit',
          source: 'am',
          row: row?.key ?? '',
          who: 'ana',
          at: now,
          note: '',
        },
      };
    },
    run: (view: RunView | undefined): readonly string[] => {
      run = view;
      return texts();
    },
  };
};

test('an alert that fires for 15 minutes without an acknowledgement is announced once', () => {
  const { alerts, after } = watching();
  expect(alerts(['HighLatency', 'firing'])).toEqual([]);
  after(14 * minute);
  expect(alerts(['HighLatency', 'firing'])).toEqual([]);
  after(minute);
  expect(alerts(['HighLatency', 'firing'])).toEqual(['alert HighLatency: not acknowledged for 15m']);
  after(minute);
  expect(alerts(['HighLatency', 'firing'])).toEqual([]);
});

test.each(['acknowledged', 'silenced', 'inhibited', 'pending'] as const)(
  'an alert that is %s has an owner, or needs none',
  (state) => {
    const { alerts, after } = watching();
    alerts(['HighLatency', state]);
    after(60 * minute);
    expect(alerts(['HighLatency', state])).toEqual([]);
  },
);

test('an alert that was acknowledged here has an owner', () => {
  const { alerts, after, take } = watching();
  alerts(['HighLatency', 'firing']);
  take();
  after(60 * minute);
  expect(alerts(['HighLatency', 'firing'])).toEqual([]);
});

test('the time goes on while the source is unreachable, and begins again after a silence', () => {
  const { alerts, after, blind } = watching();
  alerts(['A', 'firing'], ['B', 'firing']);
  after(10 * minute);
  blind();
  after(minute);
  alerts(['A', 'firing'], ['B', 'silenced']);
  after(4 * minute);
  expect(alerts(['A', 'firing'], ['B', 'firing'])).toEqual(['alert A: not acknowledged for 15m']);
});

test('a run that waits for a minute is announced once, and again when it waits for something else', () => {
  const { run, after, texts } = watching();
  expect(run(proposed())).toEqual([]);
  after(59_000);
  expect(texts()).toEqual([]);
  after(1000);
  expect(texts()).toEqual([expect.stringMatching(/^run .* waits for confirmation$/)]);
  after(minute);
  expect(texts()).toEqual([]);
  run(running({ awaitingStep: { id: 'a1', title: 'Check the queue' } }));
  after(minute);
  expect(texts()).toEqual([expect.stringMatching(/waits for an answer: Check the queue$/)]);
});

test('a run that works waits for no one', () => {
  const { run, after, texts } = watching();
  run(running());
  after(10 * minute);
  expect(texts()).toEqual([]);
});

test('nothing is compared while notifications are off', () => {
  let isWanted = false;
  const { alerts, after, texts } = watching(() => isWanted);
  alerts(['A', 'firing']);
  after(60 * minute);
  expect(texts()).toEqual([]);
  isWanted = true;
  expect(texts()).toEqual([]);
});

test("another person's run that waits for approval is announced at once, and once", () => {
  const { requests, after } = watching();
  const request = waitingApproval();
  expect(requests({ ...request, run: 'own', isOwn: true })).toEqual([]);
  expect(requests({ ...request, run: 'approved', isApproved: true })).toEqual([]);
  expect(requests(request)).toEqual(['run waiting for approval: Close a circuit breaker']);
  after(minute);
  expect(requests(request)).toEqual([]);
  expect(requests(request, { ...request, run: 'run-2' })).toEqual([
    'run waiting for approval: Close a circuit breaker',
  ]);
});
