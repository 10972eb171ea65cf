import { expect, test } from 'vitest';
import type { BlastRadius } from '../../src/domain/runs/proposal.ts';
import type { RunView } from '../../src/store/cockpit.ts';
import { noon } from '../support/made-facts.ts';
import { stages } from './support/headless.ts';
import { acted, endedRun, proof, proposed, running, runView } from './support/runs.ts';
import { cardOf } from './support/screen.ts';
import { armed, closeBreaker, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

/** Production, armed. */
const withRun = async (run: RunView, size: readonly [number, number] = [80, 24]): Promise<User> => {
  const scene = shop();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run } } });
};

const asks = (choices?: readonly string[], problem?: string): RunView =>
  runView('params', {
    params: {},
    parameterPrompt: {
      name: 'name',
      title: 'breaker',
      ...(choices === undefined ? {} : { choices }),
      ...(problem === undefined ? {} : { problem }),
    },
  });

test('notes next to choices distinguish them', async () => {
  const run = runView('params', {
    parameterPrompt: {
      name: 'pid',
      title: 'Session',
      choices: ['101', '2044'],
      about: {
        '101': 'billing · idle in transaction · 4m12s · UPDATE stock SET n = n - 1',
        '2044':
          'reports · active · 12m · SELECT * FROM orders JOIN order_lines USING (id) ORDER BY created_at',
      },
      several: { min: 1, max: 10 },
    },
  });
  const user = await withRun(run);
  await user.press('j space');
  expect(cardOf(user)).toEqual([
    'RUNBOOK  close-breaker   Close a circuit breaker    1 of at most 10',
    'Session:',
    '     101   billing · idle in transaction · 4m12s · UPDATE stock SE…',
    '▸  ◆ 2044  reports · active · 12m · SELECT * FROM orders JOIN orde…',
    'space mark · a all · enter select · esc close',
  ]);
});

test('between two questions the title is complete, inside of a closed card', async () => {
  const askedRunView = runView('params', { params: { name: 'psp' } });
  const title = 'Bring the payment provider back, then let the calls of billing through again';
  const user = await withRun({ ...askedRunView, runbook: { ...askedRunView.runbook, title } });
  expect(cardOf(user).at(-1)).toBe('');
  expect(cardOf(user)[0]).toBe('RUNBOOK  close-breaker');
  expect(cardOf(user).slice(1, -1).join(' ')).toContain(title);
  expect(user.rowWith('┗')).toMatch(/┗━+┛/);
});

test('a parameter is selected from current choices', async () => {
  const user = await withRun(asks(['psp', 'billing', 'suggest']));
  await user.press('j j k');
  expect(cardOf(user)).toEqual([
    'RUNBOOK  close-breaker   Close a circuit breaker             2 of 3',
    'breaker:',
    '   psp',
    '▸  billing',
    '   suggest',
    'enter select · esc close',
  ]);
  await user.press('enter');
  expect(user.given).toEqual([['give', 'name', 'billing']]);
});

test('choices that could not be read show the reason', async () => {
  const user = await withRun(asks(undefined, 'breakers cannot be seen: bus did not answer'));
  expect(user.rowWith('breakers cannot be seen')).toContain('bus did not answer');
  await user.press('enter');
  expect(user.given).toEqual([]);
});

test('the planning card states that nothing has been sent', async () => {
  const user = await withRun(
    runView('planning', {
      diagnosis: { d1: { title: 'Check dependency health', lines: [], faults: [], done: false } },
    }),
  );
  expect(cardOf(user)).toEqual([
    'PLANNING   Close a circuit breaker                 nothing sent yet',
    'check    ◌  Check dependency health',
    'plan     ◌ reading the target',
    'esc close',
  ]);
});

test('a disruptive action in production shows target, calls, losses, undo and verification; enter confirms', async () => {
  const user = await withRun(proposed());
  const fields = cardOf(user).flatMap((line) => /^[a-z]+(?: context)?(?= {2})/.exec(line)?.[0] ?? []);
  expect(fields).toEqual([
    'target',
    'params',
    'calls',
    'impact',
    'gate',
    'manual',
    'lost',
    'undo',
    'verify',
    'objects',
    'check',
  ]);
  expect(cardOf(user).at(-1)).toBe('esc cancel · tab full calls · enter confirm · then 5s to cancel');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { pasted: false }]]);
});

test('the impact of a run marks a sum without its unknown parts as a lower bound', async () => {
  const blast = { objects: 2, connections: 12, requestsPerSecond: 41.5 };
  const impact = async (lowerBounds: NonNullable<BlastRadius['lowerBounds']>): Promise<string | undefined> =>
    cardOf(await withRun(proposed({ blast: { ...blast, lowerBounds } }), [120, 36])).find((line) =>
      line.startsWith('impact'),
    );
  expect(await impact(['connections', 'requestsPerSecond'])).toContain(
    '2 objects · ≥12 live connections · ≥41.5 requests/s',
  );
  expect(await impact(['connections'])).toContain('≥12 live connections · 41.5 requests/s');
});

test('an undo does not show the verification of the original run', async () => {
  const user = await withRun(proposed({ undoes: 'run-0' }));
  expect(user.rowWith('UNDO IN PRODUCTION')).toBeTruthy();
  expect(user.rowWith('verify')).toContain('the restored objects must match');
  expect(user.rows().join('\n')).not.toContain('psp stays closed');
});

test('tab shows the full calls', async () => {
  const user = await withRun(proposed(), [120, 36]);
  await user.press('tab');
  const card = cardOf(user);
  expect(card.filter((line) => / POST http/.test(line))).toEqual([
    'calls    POST http://10.4.0.7:8081/actuator/circuitbreakers/psp {"updateState":"CLOSE"}',
    '         POST http://10.4.0.8:8081/actuator/circuitbreakers/psp {"updateState":"CLOSE"}',
  ]);
  expect(card.filter((line) => line.startsWith('gate'))).toEqual([
    'gate     ●  permission actuator accepts this user',
    'gate     ●  lock no other run holds its targets',
    'gate     ●  rate 1 of 10 runs this hour',
  ]);
  expect(card.join('\n')).not.toContain('…');
  expect(card.at(-1)).toBe('esc cancel · tab short · enter confirm · then 5s to cancel');
});

test('esc declines, and keys stand out from the words beside them', async () => {
  const user = await withRun(proposed());
  const key = user.lookOf('esc cancel · tab');
  const word = user.lookOf('cancel · tab');
  expect(key.fg).not.toBe(word.fg);
  expect(user.lookOf('tab full calls').fg).toBe(key.fg);
  expect(user.lookOf('then 5s').fg).toBe(word.fg);
  await user.press('esc');
  expect(user.given).toEqual([['decline']]);
});

const destructive = (): RunView => proposed({ danger: 'destructive', names: ['ledger-db'] }, { typed: true });

test('a destructive action requires the full name, typed letter by letter', async () => {
  const user = await withRun(destructive(), [120, 36]);
  await user.type('ledg');
  expect(cardOf(user)[0]).toMatch(/^CONFIRM IN PRODUCTION {3}Close a circuit breaker .* DESTRUCTIVE$/);
  expect(cardOf(user).slice(-2)).toEqual([
    expect.stringMatching(/^type {5}ledger-db {2}to confirm: {2}ledg_er-db +4 of 9$/),
    'esc cancel · tab full calls · type the text shown, then enter',
  ]);
  await user.press('enter');
  expect(user.rowWith('type the whole text shown above')).toBeTruthy();
  expect(user.given).toEqual([]);
  await user.type('er-db');
  expect(user.rowWith('to confirm')).toContain('9 of 9');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { typed: 'ledger-db', pasted: false }]]);
});

test('wrong letters do not count and can be deleted', async () => {
  const user = await withRun(destructive());
  await user.type('leX');
  expect(user.rowWith('to confirm')).toContain('2 of 9');
  await user.press('backspace');
  await user.type('dger-db');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { typed: 'ledger-db', pasted: false }]]);
});

test('keys are plain letters while the name is typed', async () => {
  const user = await withRun(destructive());
  await user.type('q?A');
  expect(user.rowWith('to confirm')).toContain('q?A_');
  expect(user.given).toEqual([]);
});

test('a pasted name is rejected', async () => {
  const user = await withRun(destructive());
  await user.paste('ledger-db');
  expect(user.rowWith('paste is disabled here')).toBeTruthy();
  await user.press('enter');
  expect(user.given).toEqual([]);
});

test('a name received in one read counts as a paste', async () => {
  const user = await withRun(destructive());
  await user.together('ledger-db\r');
  expect(cardOf(user).slice(-4)).toEqual([
    'more lines: 2 below · up/down scroll',
    expect.stringMatching(/^type {5}ledger-db {2}to confirm: {2}_ledger-db +0 of 9$/),
    'paste is disabled here: type the name',
    'esc cancel · tab full calls · type the text shown, then enter',
  ]);
  expect(user.given).toEqual([]);
});

test('a confirmation among other keys in one read is ignored', async () => {
  const user = await withRun(proposed());
  await user.together('jjjj\r');
  expect(user.given).toEqual([]);
  expect(user.rowWith('press it again')).toBeTruthy();
});

test('a failed gate shows the reason, and nothing was sent', async () => {
  const why = 'bus-0 identifies as staging; the plan is for production';
  const user = await withRun(proposed({ refusal: { ending: 'forbidden', why } }));
  expect(cardOf(user)).toEqual([
    '⊘ FORBIDDEN   Close a circuit breaker                    DISRUPTIVE',
    'why      bus-0 identifies as staging; the plan is for production',
    'sent     nothing',
    'params   name psp · p changes',
    'gate     ●  permission actuator accepts this user · lock, rate',
    'check    ●  Check dependency health',
    '            psp: down  503',
    'r plan again · esc close',
  ]);
  await user.press('enter');
  expect(user.given).toEqual([]);
  await user.press('r');
  expect(user.given).toEqual([['propose', 'close-breaker', { name: 'psp' }, undefined, { name: 'run' }]]);
});

test('in the cancel window nothing has been sent, and any key cancels', async () => {
  const window = { run: 'run-1', at: noon, event: 'window', endsAt: noon + 5000 } as const;
  const user = await withRun({ ...proposed(), stage: 'window', events: [window] });
  await user.wait('1s');
  const card = cardOf(user);
  expect(card[0]).toBe('SENDING IN 4s  ████░  nothing has been sent · any key cancels');
  expect(card[1]).toMatch(/^step +Close it/);
  expect(card[2]).toMatch(/^target +psp OPEN/);
  expect(card[3]).toMatch(/^call +POST http:/);
  await user.press('j');
  expect(user.given).toEqual([['cancel']]);
});

test('the running card updates steps and verification', async () => {
  const user = await withRun(running());
  expect(cardOf(user)).toEqual([
    'RUNNING   Close a circuit breaker                  DISRUPTIVE  0:37',
    'gate     ●  armed: psp outage',
    'act      ●  Close it: 2 of 2 answered 200                     400ms',
    'manual   ●  Notify the dependency owner',
    'verify   ○  psp stays closed: psp of billing-0 is open    within 1m',
    'output   billing-0 psp: OPEN → CLOSED',
    'ctrl-c stop waiting (sent calls are not undone) · esc background',
  ]);
  await user.happens(() =>
    user.cockpit.setState({
      run: running({
        events: [
          ...acted,
          { run: 'run-1', at: noon, event: 'verifying', proofs: [proof('true', '', noon - 2000)] },
        ],
      }),
    }),
  );
  expect(user.rowWith('psp stays closed')).toContain('holds 2s of 5s');
});

test('a run continues in the background, and R reopens its card', async () => {
  const user = await withRun(running());
  expect(user.rowWith('RUNNING')).toContain('0:37');
  await user.press('esc');
  expect(user.given).toEqual([['background', true]]);
  await user.happens(() => user.cockpit.setState({ run: running({ background: true }), messages: [] }));
  expect(user.rowWith('Close a circuit breaker running 0:37')).toContain('R open');
  await user.press('R');
  expect(user.given.at(-1)).toEqual(['background', false]);
});

test('a manual step waits for its tick', async () => {
  const user = await withRun(
    running({ events: acted.slice(0, -1), awaitingStep: { id: 'a2', title: 'Notify the dependency owner' } }),
  );
  expect(cardOf(user)).toEqual([
    'RUNNING   Close a circuit breaker                  DISRUPTIVE  0:37',
    'gate     ●  armed: psp outage',
    'act      ●  Close it: 2 of 2 answered 200                     400ms',
    'manual   ▸  Notify the dependency owner',
    'verify   ○  psp stays closed                              within 1m',
    'output   billing-0 psp: OPEN → CLOSED',
    'enter    done; verification follows',
    'n        not done: the run ends here, unverified; sent calls stay',
    'ctrl-c cancel · esc background',
  ]);
  await user.press('n enter');
  expect(user.given).toEqual([
    ['tick', false],
    ['tick', true],
  ]);
});

test('a manual step without a verification after it, or before another step, says so', async () => {
  const awaitingStep = { id: 'a2', title: 'Notify the dependency owner' };
  const shown = async (change: Partial<RunView>): Promise<readonly string[]> =>
    cardOf(await withRun(running({ events: acted.slice(0, 1), awaitingStep, ...change }))).slice(-3, -1);
  expect(await shown({ runbook: { ...closeBreaker, verify: 'none' } })).toEqual([
    'enter    done; the end of the run follows',
    'n        not done: the run ends here',
  ]);
  expect(await shown({ awaitingStep: { ...awaitingStep, id: 'a1' } })).toEqual([
    'enter    done; the next step follows',
    'n        not done: the run ends here, unverified',
  ]);
});

test('a manual step shows the results of the checks, and tab all of them', async () => {
  const lines = ['psp: down  503', 'retry 1', 'retry 2', 'retry 3', 'panic at line 2'];
  const user = await withRun(
    running({
      events: acted.slice(0, -1),
      awaitingStep: { id: 'a2', title: 'Notify the dependency owner' },
      diagnosis: { d1: { title: 'Read the log', lines, faults: [], done: true } },
    }),
  );
  const short = cardOf(user).join('\n');
  expect(short).toContain('check    ●  Read the log');
  expect(short).toContain('psp: down  503');
  expect(short).not.toContain('panic at line 2');
  expect(short).toContain('tab all checks');
  await user.press('tab');
  expect(cardOf(user).join('\n')).toContain('panic at line 2');
});

test('a check that does not hold has another mark than one that holds', async () => {
  const check = (title: string, line: string) => ({ title, lines: [line], faults: [], done: true });
  const runbook = {
    ...closeBreaker,
    diagnose: ['d1', 'd2', 'd3'].map((id) => ({ id, title: id, that: 'x > 0' })),
  };
  const diagnosis = {
    d1: check('An alert fires', 'true: alerts is 1'),
    d2: check('No gate has failed', 'false: gates.failed is 1'),
    d3: check('The queue is empty', 'unknown: queue has no value'),
  };
  const user = await withRun({ ...proposed(), runbook, diagnosis }, [120, 36]);
  const card = cardOf(user).join('\n');
  expect(card).toContain('check    ●  An alert fires');
  expect(card).toContain('check    ○  No gate has failed');
  expect(card).toContain('check    ?  The queue is empty');
});

test('ctrl-c cancels the run; q asks first', async () => {
  const user = await withRun(running({ background: true }));
  await user.press('q');
  expect(cardOf(user)).toEqual([
    'QUIT   Close a circuit breaker has been running for 0:42',
    'quitting cancels the run; sent calls are not undone',
    'enter quit · esc stay',
  ]);
  await user.press('esc ctrl-c');
  expect(user.given).toEqual([['cancel']]);
});

test.each([
  [
    'recovered',
    'all checks passed',
    endedRun('recovered', 'all checks passed', { proofs: [proof('true', '', noon)] }),
    [
      '● RECOVERED  Close a circuit breaker  37s',
      'gate  ●  armed: psp outage',
      'act  ●  Close it: 2 of 2 answered 200  400ms',
      'manual  ●  Notify the dependency owner',
      'verify  ●  psp stays closed',
      'output  billing-0 psp: OPEN → CLOSED',
      'result  all checks passed',
      'undo  force psp open again',
      'u undo · ! note · H handover · y copy · L output · esc close',
    ],
  ],
  [
    'executed-not-recovered',
    'the action completed, a check did not pass',
    endedRun('executed-not-recovered', 'psp opened again within 60s: 2 of 2 instances', {
      proofs: [proof('false', 'psp of billing-0 is open')],
    }),
    [
      '✗ EXECUTED, NOT RECOVERED  Close a circuit breaker  37s',
      'gate  ●  armed: psp outage',
      'act  ●  Close it: 2 of 2 answered 200  400ms',
      'manual  ●  Notify the dependency owner',
      'verify  ✗  psp stays closed: psp of billing-0 is open',
      'output  billing-0 psp: OPEN → CLOSED',
      'result  psp opened again within 60s: 2 of 2 instances',
      'undo  force psp open again',
      'R runbooks · u undo · ! note · H handover · L output · esc close',
    ],
  ],
  [
    'failed',
    'an action failed',
    endedRun('failed', 'billing-1 did not answer', {
      events: acted.slice(0, 3),
      sent: ['POST …/circuitbreakers/psp (billing-0)'],
    }),
    [
      '✗ FAILED  Close a circuit breaker  37s',
      'gate  ●  armed: psp outage',
      'act  ?  Close it: did not finish',
      'sent  POST …/circuitbreakers/psp (billing-0)',
      'result  billing-1 did not answer',
      'undo  force psp open again',
      'R runbooks · u undo · ! note · H handover · y copy · esc close',
    ],
  ],
  [
    'cancelled',
    'the user canceled it',
    endedRun('cancelled', 'canceled by the operator', { events: [] }),
    [
      '▲ CANCELED  Close a circuit breaker  0s',
      'sent  nothing',
      'result  canceled by the operator',
      'R runbooks · ! note · y copy · esc close',
    ],
  ],
  [
    'declined',
    'the user declined it',
    endedRun('declined', 'declined by the operator', { events: [] }),
    [
      '○ DECLINED  Close a circuit breaker  0s',
      'sent  nothing',
      'result  declined by the operator',
      'R runbooks · ! note · y copy · esc close',
    ],
  ],
  [
    'not-applicable',
    'no target to act on',
    endedRun('not-applicable', 'no breaker is called psp', { events: [] }),
    [
      '○ NOT APPLICABLE  Close a circuit breaker  0s',
      'sent  nothing',
      'result  no breaker is called psp',
      'R runbooks · ! note · y copy · esc close',
    ],
  ],
  [
    'dry-run',
    'it was a dry run',
    endedRun('dry-run', 'dry run: nothing was executed', { events: [] }),
    [
      '◇ DRY RUN  Close a circuit breaker  0s',
      'result  dry run: nothing was executed',
      'R runbooks · ! note · y copy · esc close',
    ],
  ],
] as const)('ending %s: %s', async (_ending, _why, run, lines) => {
  const user = await withRun(run);
  expect(cardOf(user).map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual(lines);
});

test('a finished run can be undone from its card', async () => {
  const user = await withRun(endedRun('executed-not-recovered', 'it opened again'));
  await user.press('u');
  expect(user.given).toEqual([['undo', 'run-1']]);
});

test('a card higher than the screen keeps its title and key help, and scrolls', async () => {
  const lines = Array.from({ length: 6 }, (_, index) => `billing-${index}: down`);
  const check = (id: string) => ({ title: `What ${id} says`, lines, faults: [], done: true });
  const diagnosis = { d1: check('psp'), d2: check('billing'), d3: check('kafka') };
  const user = await withRun({ ...destructive(), diagnosis });
  const card = cardOf(user);
  const title = card[0];
  const foot = card.slice(-2);
  expect(title).toMatch(/^CONFIRM IN PRODUCTION .* DESTRUCTIVE$/);
  expect(foot[0]).toMatch(/^type {5}ledger-db {2}to confirm: {2}_ledger-db +0 of 9$/);
  expect(foot[1]).toMatch(/^esc cancel · /);
  expect(card.at(-3)).toBe('more lines: 11 below · up/down scroll');
  expect(card[1]).toMatch(/^target /);
  await user.press('down down down');
  const scrolled = cardOf(user);
  expect([scrolled[0], scrolled.slice(-2)]).toEqual([title, foot]);
  expect(scrolled.slice(1, -3)).toEqual([
    ...card.slice(4, -3),
    '            billing-0: down',
    '            billing-1: down',
    '            4 more lines · tab shows all',
  ]);
  expect(scrolled.at(-3)).toBe('more lines: 3 above, 8 below · up/down scroll');
  await user.type('ledger-db');
  expect(user.rowWith('to confirm')).toContain('9 of 9');
});

test.each([
  [
    'running',
    stages.running,
    'q',
    'q: the run is not finished: press esc to move it to the background, or ctrl-c',
  ],
  ['running', stages.running, '3', '3: press esc to move the run to the background first; it continues'],
  ['ended', stages.ended, '3', '3: press esc to close the card first'],
  ['ended', stages.ended, 'q', 'q: press esc to close the card first'],
  ['confirmation', stages.easy, '5', '5: press esc to close the card first; nothing is sent'],
  ['choice', stages.asking, 'q', 'q: press esc to close the card first'],
])('on the %s card a key of the screen below says how to leave it', async (_, run, key, why) => {
  const scene = shop();
  const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, run } } });
  await user.press(key);
  expect(user.rowWith(why)).toBeTruthy();
  expect(user.given).toEqual([]);
  await user.press('esc');
  expect(user.given).toHaveLength(1);
});
