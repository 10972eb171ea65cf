import { describe, expect, test } from 'vitest';
import type { OpenedEnvironment } from '../../../src/engine/cockpit/environment/cockpit-parts.ts';
import { createProfileReloader } from '../../../src/engine/cockpit/profile-reloader.ts';
import { createCockpitStore } from '../../../src/store/cockpit.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { frame, noon } from '../../support/made-facts.ts';

const ref = { system: 'shop', env: 'production', title: 'shop', tier: 'production' } as const;

/** The parts of an open environment that a reload uses. */
const environment = (closed: string[], name: string, armed = false, profile = {}): OpenedEnvironment =>
  ({
    profile: { ...ref, sources: [], signals: [], limits: {}, ...profile },
    engine: { facts: createFactsStore(frame()) },
    arming: { state: () => (armed ? { readOnly: true, armedUntil: noon } : { readOnly: true }) },
    close: async () => void closed.push(name),
  }) as unknown as OpenedEnvironment;

const stage = (armed = false) => {
  const closed: string[] = [];
  const messages: string[] = [];
  const keptEnds: (string | undefined)[] = [];
  const entered: OpenedEnvironment[] = [];
  const cockpit = createCockpitStore();
  cockpit.setState({ open: { ...ref, embedded: false, incidents: [], across: [] } });
  const now = {
    /** Whether a run is in progress. */
    set going(on: boolean) {
      cockpit.setState({ run: { stage: on ? 'running' : 'ended' } as never });
    },
    current: environment(closed, 'old', armed) as OpenedEnvironment | undefined,
    answer: () => environment(closed, 'new') as OpenedEnvironment | { refused: readonly string[] },
    meanwhile: () => {},
    readAgain: 0,
    /** The reasons with which it was opened. */
    reasons: [] as (string | undefined)[],
  };
  const reopening = createProfileReloader({
    cockpit,
    clock: { now: () => noon },
    current: () => now.current,
    open: async (_, breakGlass) => {
      now.meanwhile();
      now.reasons.push(breakGlass);
      return now.answer();
    },
    enter: async (opened) => {
      now.current = opened;
      entered.push(opened);
    },
    readAgain: async () => void now.readAgain++,
    say: (text, _, keptEnd) => {
      messages.push(text);
      keptEnds.push(keptEnd);
    },
  });
  const second = async (): Promise<void> => {
    reopening.everySecond();
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { now, reopening, second, closed, messages, keptEnds, entered };
};

test('a valid profile replaces the previous one, once', async () => {
  const { reopening, second, messages, entered } = stage();
  await second();
  expect(entered).toHaveLength(0);
  reopening.saved();
  await second();
  await second();
  expect(entered).toHaveLength(1);
  expect(messages).toEqual(['profile reloaded']);
});

test('an invalid profile is reported with its position, and the previous one is kept', async () => {
  const { now, reopening, second, messages, entered } = stage();
  now.answer = () => ({ refused: ['/etc/x y/p.yaml:9:1: b; c', 'profiles/shop/production.yaml:3:5: a; b'] });
  reopening.saved();
  await second();
  expect(entered).toHaveLength(0);
  expect(messages).toEqual([
    'production.yaml:3:5: a; b · keeping the previous version',
    '/etc/x y/p.yaml:9:1: b; c · keeping the previous version · 1 more in :messages',
  ]);
});

test('of many errors the messages have the first, and say where all are', async () => {
  const { now, reopening, second, messages, keptEnds } = stage();
  now.answer = () => ({ refused: Array.from({ length: 30 }, (_, index) => `p.yaml:${index + 1}:1: bad`) });
  reopening.saved();
  await second();
  expect(messages).toHaveLength(20);
  expect(messages.at(-1)).toBe(
    'p.yaml:1:1: bad · keeping the previous version · 29 more that opsdeck validate lists',
  );
  // On a narrow screen the error is cut, not the count.
  expect(keptEnds).toEqual([
    ...Array.from({ length: 19 }, () => undefined),
    ' · 29 more that opsdeck validate lists',
  ]);
});

test('a reload waits for the run in progress, says so, and happens afterwards', async () => {
  const { now, reopening, second, messages, entered } = stage();
  now.going = true;
  reopening.saved();
  await second();
  await second();
  expect(entered).toHaveLength(0);
  now.going = false;
  await second();
  expect(entered).toHaveLength(1);
  expect(messages).toEqual([
    'the profile has changed and will be reloaded when the run has ended',
    'profile reloaded',
  ]);
});

test('a run that starts during a reload is not disturbed', async () => {
  const { now, reopening, second, closed, entered } = stage();
  now.meanwhile = () => {
    now.going = true;
  };
  reopening.saved();
  await second();
  expect([entered.length, closed]).toEqual([0, ['new']]);
  now.meanwhile = () => {};
  now.going = false;
  await second();
  expect(entered).toHaveLength(1);
});

test('a reload does not switch back to an environment that was left', async () => {
  const { now, reopening, second, closed, entered } = stage();
  const elsewhere = environment([], 'elsewhere');
  now.meanwhile = () => {
    now.current = elsewhere;
  };
  reopening.saved();
  await second();
  expect([entered.length, closed, now.current === elsewhere]).toEqual([0, ['new'], true]);
});

test('a reload disarms the environment and says so', async () => {
  const { reopening, second, messages } = stage(true);
  reopening.saved();
  await second();
  expect(messages).toEqual(['profile reloaded; read-only again']);
});

test('a failed reload is retried', async () => {
  const { now, reopening, second } = stage();
  now.current = undefined;
  reopening.saved();
  await second();
  expect(now.readAgain).toBe(1);
});

test('a file that now describes another environment opens nothing', async () => {
  const { now, reopening, second, closed, messages, entered } = stage(true);
  now.answer = () => environment(closed, 'new', false, { env: 'staging' });
  reopening.saved();
  await second();
  expect([entered.length, closed]).toEqual([0, ['new']]);
  expect(messages).toEqual([
    'the profile now declares shop/staging, so opsdeck did not load it · keeping the previous version',
  ]);
});

test('a changed tier is reported, since other gates apply', async () => {
  const { now, reopening, second, closed, messages } = stage();
  now.answer = () => environment(closed, 'new', false, { tier: 'dev' });
  reopening.saved();
  await second();
  expect(messages).toEqual(['profile reloaded. Tier changed from production to dev']);
});

describe('break-glass', () => {
  /** An environment that may act without its database, while that is unavailable. */
  const glass = (state: { trouble: string | undefined; isAsked: boolean }): OpenedEnvironment => ({
    ...environment([], 'glass'),
    state: { breakGlass: 'INC-7', trouble: () => state.trouble, isAsked: () => state.isAsked } as never,
  });
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  test('reopens the environment with the reason, and as usual when the database is available again', async () => {
    const { now, reopening, second, entered, messages } = stage();
    const state = { trouble: undefined as string | undefined, isAsked: false };
    now.answer = () => glass(state);
    reopening.breakGlass('INC-7');
    await settled();
    expect([now.reasons, entered.length]).toEqual([['INC-7'], 1]);
    // It has not asked the database yet.
    await second();
    [state.trouble, state.isAsked] = ['connection refused', true];
    await second();
    expect(entered).toHaveLength(1);
    now.answer = () => environment([], 'usual');
    state.trouble = undefined;
    now.going = true;
    await second();
    expect(entered).toHaveLength(1);
    now.going = false;
    await second();
    expect([now.reasons, entered.length]).toEqual([['INC-7', undefined], 2]);
    await second();
    expect(entered).toHaveLength(2);
    expect(messages.at(-1)).toBe('break-glass has ended. The environment is read-only again');
  });

  test('ends although the database came back before it was asked once', async () => {
    const { now, reopening, second, entered, messages } = stage();
    const state = { trouble: undefined, isAsked: false };
    now.answer = () => glass(state);
    reopening.breakGlass('INC-7');
    await settled();
    now.answer = () => environment([], 'usual');
    await second();
    expect(entered).toHaveLength(1);
    // The first answer is that the database is available: it was never seen unavailable.
    state.isAsked = true;
    await second();
    expect(now.reasons).toEqual(['INC-7', undefined]);
    expect(messages.at(-1)).toBe('break-glass has ended. The environment is read-only again');
  });

  test('is refused during a run, and where the reason changes nothing', async () => {
    const { now, reopening, closed, entered, messages } = stage();
    now.going = true;
    reopening.breakGlass('INC-7');
    await settled();
    expect([now.reasons, messages]).toEqual([
      [],
      ['a run is in progress: wait until the run has ended, then reload'],
    ]);
    now.going = false;
    reopening.breakGlass('INC-7');
    await settled();
    expect([entered.length, closed]).toEqual([0, ['new']]);
    expect(messages.at(-1)).toBe('break-glass is refused: the state is that of this machine');
  });

  test('ends when the profile is saved: the reason is not used again', async () => {
    const { now, reopening, second } = stage();
    now.current = glass({ trouble: 'connection refused', isAsked: true });
    reopening.saved();
    await second();
    expect(now.reasons).toEqual([undefined]);
  });
});
