import { expect, test } from 'vitest';
import type { PlannedStep, Proposal } from '../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import type { CockpitState, RunView } from '../../src/store/cockpit.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { madeLines, stream } from './support/lines.ts';
import { acted, endedRun, proof, proposed, running, runView } from './support/runs.ts';
import { boxOf, cardOf, rowOf } from './support/screen.ts';
import { armed, closeBreaker, shop } from './support/shop.ts';
import { drawn, type Size } from './support/sizes.ts';
import { openCockpit, type Scene, type Settings, type User } from './support/user.ts';

const withRun = async (
  run: RunView,
  size: readonly [number, number] = [80, 24],
  more: Omit<Settings, 'scene' | 'size'> = {},
  cockpit: Partial<CockpitState> = {},
): Promise<User> => {
  const scene = shop();
  return openCockpit({
    size,
    scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run, ...cockpit } },
    ...more,
  });
};

/** The texts put on the clipboard. */
const copied = (user: User): string => {
  const base64 =
    [...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)\u001b\\/g)].at(-1)?.[1] ?? '';
  return Buffer.from(base64, 'base64').toString('utf8');
};

const frozen: Partial<Proposal> = {
  refusal: { ending: 'forbidden', why: 'changes are frozen until 18:00 UTC: end of quarter' },
  checks: [
    { what: 'permission', ok: true, why: 'RBAC: patch on deployments in shop' },
    { what: 'freeze', ok: false, why: 'until 18:00 UTC: end of quarter' },
    {
      what: 'blast',
      ok: 'unknown',
      why: 'its share of requests is unknown: no data read',
      remedy: 'ask its owner',
    },
  ],
};

/** Three targets of a loop with a pause, an abort point and a limit. */
const loopSteps = (proposal: Proposal | undefined): readonly PlannedStep[] => {
  const [first] = proposal?.steps ?? [];
  if (first === undefined) return [];
  return ['billing-0', 'billing-1', 'billing-2'].map((value, index) => ({
    ...first,
    id: `a1/${index + 1}`,
    title: `Restart ${value}`,
    each: { value, nth: index + 1, of: 3 },
    timeoutMs: 60_000,
    ...(index === 0 ? { ask: true } : { pauseMs: 4000 }),
  }));
};

const looping = (...events: readonly RunEvent[]): RunView => {
  const { proposal } = proposed();
  if (proposal === undefined) throw new Error('it is proposed');
  return running({ proposal: { ...proposal, steps: loopSteps(proposal) }, events });
};

const at = (seconds: number) => ({ run: 'run-1', at: noon - 42_000 + seconds * 1000 });

const firstTurns: readonly RunEvent[] = [
  { ...at(0), event: 'gated', passed: true, why: 'armed: psp outage' },
  { ...at(5), event: 'acting', step: 'a1/1', title: 'Restart billing-0' },
  { ...at(9), event: 'acted', step: 'a1/1', ok: true, result: 'PATCH → 200' },
];

const afterwards = (...more: readonly RunEvent[]): RunView => {
  const run = endedRun('recovered', 'all checks passed', { proofs: [proof('true', '', noon - 9000)] });
  return { ...run, events: [...run.events, ...more] };
};

const relapse: RunEvent = {
  ...at(42),
  at: noon + 180_000,
  event: 'relapsed',
  proofs: [proof('false', 'psp of billing-0 is open again')],
  why: 'psp of billing-0 is open again',
};

const watchedUntilThen: RunEvent = {
  ...at(43),
  at: noon + 180_000,
  event: 'watched',
  held: false,
  why: 'relapsed after 3m',
};

const proposal = proposed().proposal;

const cases: Readonly<Record<string, RunView>> = {
  'frozen-card': proposed(frozen),
  'overridden-card': proposed({
    checks: [{ what: 'freeze', ok: true, why: 'broken with a reason' }],
    override: 'checkout fails, the freeze costs more',
  }),
  'unknown-reach': proposed({ blast: { objects: 2 } }),
  'undo-card': proposed({ undoes: 'run-0', title: 'Undo: Close a circuit breaker' }),
  streaming: {
    ...runView('planning'),
    diagnosis: {
      d1: {
        title: 'Check dependency health',
        lines: ['psp: down 503'],
        faults: [],
        done: true,
        since: noon - 3000,
        endedAt: noon - 2600,
      },
      d2: {
        title: 'Its last lines',
        lines: ['starting', 'pool exhausted', 'giving up'],
        faults: [],
        done: false,
        since: noon - 3000,
      },
      d3: {
        title: 'Who holds connections',
        lines: [],
        faults: [
          { kind: 'unreachable', source: 'ledger-db', message: 'no answer in 3s', at: noon },
          { kind: 'denied', source: 'k8s', message: 'no list on pods', at: noon },
        ],
        done: true,
        since: noon - 3000,
        endedAt: noon,
      },
    },
  },
  'loop-card': proposed(proposal === undefined ? {} : { steps: loopSteps(proposal) }),
  'loop-running': looping(...firstTurns, {
    ...at(41),
    event: 'acting',
    step: 'a1/2',
    title: 'Restart billing-1',
  }),
  'loop-pause': looping(...firstTurns, { ...at(41), event: 'paused', step: 'a1/2', endsAt: noon + 3000 }),
  'go-on-asked': {
    ...looping(...firstTurns, {
      ...at(40),
      event: 'ticking',
      step: 'a1/2',
      title: 'Restart billing-1',
      ask: true,
    }),
    awaitingStep: { id: 'a1/2', title: 'Restart billing-1', ask: true },
  },
  holding: running({
    runbook: {
      ...closeBreaker,
      verify: [{ id: 'v1', title: 'psp stays closed', that: '', withinMs: 60_000, forMs: 30_000 }],
    },
    events: [...acted, { ...at(41), event: 'verifying', proofs: [proof('true', '', noon - 12_000)] }],
  }),
  watched: { ...afterwards(), watchedUntil: noon + 540_000 },
  noted: afterwards({ ...at(42), event: 'noted', text: 'psp confirmed a failed switch on their side' }),
  relapsed: { ...afterwards(relapse, watchedUntilThen), relapsed: true },
  'past-without-ending': {
    ...runView('ended', { past: true, ...(proposal === undefined ? {} : { proposal }) }),
    events: acted.slice(0, 4),
  },
};

const sceneOf = (run: RunView): Scene => {
  const scene = shop();
  return { ...scene, cockpit: { ...scene.cockpit, arming: armed, run } };
};

/** The lines of a run's card, with columns separated by two blanks. */
const cardLines = (run: RunView, size: Size): readonly string[] =>
  boxOf(drawn(sceneOf(run), '', size)).map((line) => line.replaceAll(/ {2,}/g, '  ').trim());

/** The lines of each card that the plain card of its stage does not have. */
const extraLines: Readonly<Record<keyof typeof cases, readonly string[]>> = {
  'frozen-card': [
    '⊘ FORBIDDEN  DISRUPTIVE',
    'Why  nothing was sent',
    'changes are frozen until 18:00 UTC: end of quarter',
    '⊘ freeze until 18:00 UTC: end of quarter · O overrides',
    '? blast its share of requests is unknown: no data read · ask its owner',
    '● permission RBAC: patch on deployments in shop',
    'O override  r plan again  esc close',
  ],
  'overridden-card': ['▲ override: checkout fails, the freeze costs more', '● freeze broken with a reason'],
  'unknown-reach': ['impact  2 objects · unknown: share, connections, requests/s'],
  'undo-card': [
    'Undo in PRODUCTION  DISRUPTIVE',
    'Undo: Close a circuit breaker  close-breaker',
    'Will do  2 calls, in this order · restores the previous state',
    'Undo',
    'Proof',
    'the restored objects must be as they were before the run',
    'enter undo, then 5s to cancel  Y copy as shell  tab full calls  esc close, nothing is sent',
  ],
  streaming: [
    'Planning  nothing sent yet',
    'Checks  2 of 3 done',
    '● Check dependency health  400ms',
    'psp: down 503',
    '◌ Its last lines  3s',
    'pool exhausted',
    'giving up',
    '1 more line · tab shows all',
    '? Who holds connections  3.0s',
    '⊗ ledger-db: no answer in 3s',
    '⊘ k8s: no list on pods',
    'Plan',
    '◌ reading the target',
    'esc close',
  ],
  'loop-card': [
    'Will do  6 calls, in this order',
    '1  Restart billing-0  2 × POST …/circuitbreakers/psp updateState CLOSE',
    '2  Restart billing-1  2 × POST …/circuitbreakers/psp updateState CLOSE',
    '3  Restart billing-2  2 × POST …/circuitbreakers/psp updateState CLOSE',
    'steps  3 in sequence, 4s apart. Stops at the first failure',
    'asks to continue before: Restart billing-0',
    'step timeout 1m',
    'force psp open again',
    'force psp open again',
  ],
  'loop-running': [
    '✓ 1 of 3 · Restart billing-0  PATCH → 200  4.0s',
    '◌ 2 of 3 · Restart billing-1  2 × POST …/circuitbreak…s/psp updateState CLOSE 1s of 1m',
    '○ 3 of 3 · Restart billing-2  2 × POST …/circuitbreakers/psp updateState CLOSE',
    '○ psp stays closed  within 1m',
  ],
  'loop-pause': [
    '✓ 1 of 3 · Restart billing-0  PATCH → 200  4.0s',
    '◌ pause before 2 of 3 · Restart billing-1  3s left',
    '○ 2 of 3 · Restart billing-1  2 × POST …/circuitbreakers/psp updateState CLOSE',
    '○ 3 of 3 · Restart billing-2  2 × POST …/circuitbreakers/psp updateState CLOSE',
    '○ psp stays closed  within 1m',
  ],
  'go-on-asked': [
    '✓ 1 of 3 · Restart billing-0  PATCH → 200  4.0s',
    '▸ Restart billing-1  proceed?',
    '○ 3 of 3 · Restart billing-2  2 × POST …/circuitbreakers/psp updateState CLOSE',
    '○ psp stays closed  within 1m',
    'enter  continue with this step',
    'n  stop: the run ends here, unverified; sent calls stay',
    'ctrl-c cancel  esc background',
  ],
  holding: ['◌ psp stays closed  ━━━━━━──────────  holds 12s of 30s'],
  watched: ['Watching for a relapse, 9m left.'],
  noted: ['Notes', 'psp confirmed a failed switch on their side'],
  relapsed: [
    '✗ RELAPSED after 3m  in 37s  close-breaker · 10:14:30 to 10:15:07',
    'psp of billing-0 is open again. Previously recovered: all checks passed',
    '✗ relapsed after 3m',
    '✗ psp stays closed  psp of billing-0 is open again',
    'output  billing-0 psp: OPEN → CLOSED',
    'y copy  L output  R runbooks  ! note  H handover  u undo  esc close',
  ],
  'past-without-ending': [
    '? UNFINISHED  in 0s  close-breaker · 10:14:30 to 10:14:30',
    'the run goes on in another process, or was interrupted: the outcome of the calls below is unknown',
    'when  Wed 04 Mar 10:14:25 UTC',
    '? Close it  did not finish',
    'output  billing-0 psp: OPEN → CLOSED',
    'y copy  L output  R runbooks  ! note  H handover  esc close',
  ],
};

const plainCards = [proposed(), running(), afterwards()];

test.each(sampled(Object.entries(cases), everyNth(7)))(
  '%s: the card shows these lines in addition to the standard ones',
  (name, run) => {
    const plain = plainCards.flatMap((plainCard) => cardLines(plainCard, [120, 36]));
    const card = cardLines(run, [120, 36]);
    expect(card.filter((line) => !plain.includes(line))).toEqual(extraLines[name]);
  },
);

test.each(sampled(sampled(Object.entries(cases), everyNth(3)), everyNth(3)))(
  '%s: a narrow card shows the same text, with its keys visible',
  (_, run) => {
    const narrow = cardLines(run, [80, 24]);
    const wide = cardLines(run, [120, 36]);
    // What a narrow card cuts or hides has a key that shows it.
    const wordsOf = (some: readonly string[]): readonly string[] =>
      some
        .filter((line) => !line.startsWith('more lines: '))
        .flatMap((line) => line.replaceAll(/\d+ more · tab|,/g, '').split(' '))
        .filter((word) => word !== '' && !word.includes('…'));
    const seen = new Set(wordsOf(wide));
    expect(wordsOf(narrow).filter((word) => !seen.has(word))).toEqual([]);
    expect(wide.at(-1)).toContain(/(?:enter|ctrl-c|esc) \w+/.exec(narrow.at(-1) ?? '')?.[0]);
  },
);

test('the text is the same in ASCII and without color', async () => {
  const user = await withRun(proposed(frozen), [80, 24], { ascii: true, color: 'none' });
  expect(cardOf(user).map((line) => line.replaceAll(/ {2,}/g, '  ').trim())).toEqual([
    '@ FORBIDDEN  DISRUPTIVE',
    'Close a circuit breaker  close-breaker',
    'Why  nothing was sent',
    'changes are frozen until 18:00 UTC: end of quarter',
    'params  name psp - p changes',
    'Gates',
    '@ freeze until 18:00 UTC: end of quarter - O overrides',
    '? blast its share of requests is unknown: no data read - ask its',
    'owner',
    '+ permission RBAC: patch on deployments in shop',
    'Checks',
    '+ Check dependency health',
    'psp: down  503',
    'O override  r plan again  esc close',
  ]);
  const relapsed = await withRun({ ...afterwards(relapse, watchedUntilThen), relapsed: true }, [80, 24], {
    ascii: true,
    color: 'none',
  });
  expect(cardOf(relapsed)[0]).toMatch(/^X RELAPSED after 3m {2}in 37s /);
  expect(rowOf(cardOf(relapsed), 'relapsed after')).toMatch(/^X relapsed after 3m/);
  for (const currentUser of [user, relapsed]) expect(currentUser.rows().join('')).toMatch(/^[ -~]*$/);
});

longTest('overriding a freeze requires a reason', async () => {
  const user = await withRun(proposed(frozen));
  await user.press('O enter');
  expect(user.rowWith('say why you override the gate')).toBeTruthy();
  await user.type('checkout fails');
  expect(cardOf(user)).toEqual([
    '⊘ FORBIDDEN                                             DISRUPTIVE',
    'Close a circuit breaker                                close-breaker',
    'Why                                               nothing was sent',
    'changes are frozen until 18:00 UTC: end of quarter',
    'params    name psp · p changes',
    'Gates',
    '⊘ freeze until 18:00 UTC: end of quarter · O overrides',
    '? blast its share of requests is unknown: no data read · ask its',
    '  owner',
    '● permission RBAC: patch on deployments in shop',
    'Checks',
    '● Check dependency health',
    '  psp: down  503',
    'OVERRIDE   freeze: until 18:00 UTC: end of quarter',
    'reason   checkout fails_',
    'enter plan again · esc cancel · recorded in the ledger',
  ]);
  await user.press('enter');
  expect(user.given).toEqual([['override', 'checkout fails']]);
});

test('checks that cannot be overridden offer no override key', async () => {
  const user = await withRun(
    proposed({
      refusal: { ending: 'forbidden', why: 'no right' },
      checks: [{ what: 'permission', ok: false, why: 'RBAC: no patch on deployments' }],
    }),
  );
  expect(user.rows().join('\n')).not.toContain('O override');
  await user.press('O');
  expect(user.rowWith('O: no gate blocks this run that a reason could override')).toBeTruthy();
});

longTest('at an abort point enter continues and n stops', async () => {
  const user = await withRun(cases['go-on-asked'] ?? running());
  await user.press('n');
  await user.press('enter');
  expect(user.given).toEqual([
    ['tick', false],
    ['tick', true],
  ]);
});

test('a note is saved with the run and masked in share mode', async () => {
  const user = await withRun(afterwards());
  await user.press('! enter');
  expect(user.rowWith('the note is empty')).toBeTruthy();
  await user.type('ask ana@example.com');
  await user.press('enter');
  expect(user.given).toEqual([['note', 'run-1', 'ask ana@example.com']]);

  const shared = await withRun(
    afterwards({ ...at(42), event: 'noted', text: 'ask ana@example.com' }),
    [80, 24],
    { shared: true },
  );
  expect(shared.rows().join('\n')).not.toContain('ana@example.com');
  expect(shared.rowWith('note')).toBeTruthy();
});

longTest('y copies a command that passes no gate', async () => {
  const user = await withRun(afterwards());
  await user.press('y');
  expect(copied(user)).toBe('opsdeck run close-breaker --env shop/production --param name=psp');
  expect(user.rowWith('--confirm NAME')).toContain('Add --confirm NAME');
});

longTest('r reruns with the same parameters', async () => {
  const user = await withRun(afterwards());
  await user.press('r');
  expect(user.given).toEqual([['propose', 'close-breaker', { name: 'psp' }, undefined, { name: 'run' }]]);
});

test('a run of another environment cannot be rerun here', async () => {
  const run = afterwards();
  const elsewhere = run.proposal === undefined ? run : { ...run, proposal: { ...run.proposal, env: 'dev' } };
  const user = await withRun(elsewhere);
  await user.press('r');
  expect(user.rowWith('r: that run belongs to shop/dev: open that environment first')).toBeTruthy();
  expect(user.given).toEqual([]);
});

test('L closes the card and opens the output in Logs', async () => {
  const user = await withRun(running());
  await user.press('L');
  expect(user.given.slice(0, 3)).toEqual([
    ['background', true],
    ['logs.hold', false],
    ['logs.open', { title: 'output', of: [{ source: 'opsdeck/runs', of: 'run-1' }] }],
  ]);
});

test.each([
  ['running', running()],
  ['ended', afterwards()],
])('esc in the log lines returns to the card of a run that is %s', async (_, run) => {
  const scene = shop();
  const lines = madeLines([stream(0, 'close-breaker')]);
  const user = await openCockpit({
    scene: {
      ...scene,
      lines,
      cockpit: { ...scene.cockpit, arming: armed, run: { ...run, background: true } },
    },
  });
  await user.press('3');
  await user.happens(() => user.cockpit.setState({ run: { ...run, background: false } }));
  await user.press('L');
  await user.happens(() => user.cockpit.setState({ run: { ...run, background: true } }));
  expect(user.rowWith('▌8 Logs')).toBeTruthy();
  await user.press('esc');
  expect(user.given.at(-1)).toEqual(['background', false]);
  expect(user.rowWith('▌3 Circuit breakers')).toBeTruthy();
});

test('esc in other log lines returns to the overview, also with a run in the background', async () => {
  const run = running();
  const scene = shop();
  const user = await openCockpit({
    scene: {
      ...scene,
      lines: madeLines([stream(0, 'billing-0')]),
      cockpit: { ...scene.cockpit, arming: armed, run: { ...run, background: true } },
    },
  });
  await user.press('8 z esc');
  expect(user.given.filter(([command]) => command === 'background')).toEqual([]);
});

const several = (choices: readonly string[]): RunView =>
  runView('params', {
    params: {},
    parameterPrompt: { name: 'pods', title: 'Pods', choices, several: { min: 2, max: 2 } },
  });

test('several choices can be marked up to the limit and selected together', async () => {
  const user = await withRun(several(['billing-0', 'billing-1', 'billing-2']));
  await user.press('enter');
  expect(user.rowWith('select at least 2')).toBeTruthy();
  await user.press('space j m j space');
  expect(user.rowWith('select at most 2')).toBeTruthy();
  expect(cardOf(user)).toEqual([
    'RUNBOOK  close-breaker   Close a circuit breaker    2 of at most 2',
    'Pods:',
    '   ◆ billing-0',
    '   ◆ billing-1',
    '▸    billing-2',
    'select at most 2',
    'space mark · a all · enter select · esc close',
  ]);
  await user.press('k m j m enter');
  expect(user.given).toEqual([['give', 'pods', ['billing-0', 'billing-2']]]);
});

longTest('text typed for a run is discarded when its runbook starts again', async () => {
  const typing = (nth: number): RunView =>
    runView('params', { nth, params: {}, parameterPrompt: { name: 'replicas', title: 'how many' } });
  const user = await withRun(typing(1));
  await user.press('5');
  expect(user.rows().join('\n')).toContain('5_');
  user.cockpit.setState({ run: typing(2) });
  await user.press('3 enter');
  expect(user.given).toEqual([['give', 'replicas', '3']]);
});

longTest.each([
  [80, 24, ' RUN 0:37, R '],
  [120, 36, ' RUN close-breaker 0:37, R '],
])(
  'a run in the background is in the header at %sx%s, with the key that reopens its card',
  async (columns, rows, badge) => {
    const user = await withRun(running({ background: true }), [columns, rows]);
    expect(user.rows()[0]).toContain(badge);
    expect(user.rows()[0]).toContain('PRODUCTION');
    await user.wait('2s');
    expect(user.rows()[0]).toContain(badge.replace('0:37', '0:39'));
    await user.press('R');
    expect(user.given).toEqual([['background', false]]);
  },
);

test.each([
  ['m j m', 2, ['psp', 'billing'], []],
  ['m j m j m', 2, [], ['x: ']],
])(
  'x on marked rows (%s) offers runbooks with a choices parameter, and rejects too many rows',
  async (keys, max, values, refused) => {
    const scene = shop();
    const several = {
      ...closeBreaker,
      params: [{ name: 'names', type: 'choices' as const, from: 'breakers.name', max }],
    };
    const user = await openCockpit({
      size: [80, 24],
      scene: {
        ...scene,
        cockpit: {
          ...scene.cockpit,
          arming: armed,
          suggestions: [{ runbook: several, fits: 'yes', why: 'psp is open' }],
        },
      },
    });
    await user.press(`3 z j ${keys} x`);
    expect(user.rowWith('Actions ')).toContain('marked rows');
    if (refused.length > 0) expect(user.rowWith('unavailable')).toContain('names takes at most 2');
    await user.press('enter');
    expect(user.given).toEqual(values.length === 0 ? [] : [['propose', 'close-breaker', { names: values }]]);
  },
);

longTest('a pending typed name is not shown as a failed gate', async () => {
  const asks: Partial<Proposal> = {
    checks: [{ what: 'blast', ok: false, asks: true, why: 'it hits 5 objects, so the name is typed' }],
  };
  const user = await withRun(proposed(asks), [120, 36]);
  expect(user.rowWith('it hits 5 objects')).toMatch(/▲ blast it hits/);
});
