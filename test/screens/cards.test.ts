import { expect, test } from 'vitest';
import type { BlastRadius, Proposal } from '../../src/domain/runs/proposal.ts';
import type { RunView } from '../../src/store/cockpit.ts';
import type { RunbookSuggestion } from '../../src/store/runbook-suggestion.ts';
import { longTest } from '../support/layer.ts';
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

longTest('notes next to choices distinguish them', async () => {
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
    'RUNBOOK  close-breaker   Close a circuit breaker   1 of at most 10',
    'Session:',
    '     101   billing · idle in transaction · 4m12s · UPDATE stock SET…',
    '▸  ◆ 2044  reports · active · 12m · SELECT * FROM orders JOIN order…',
    'space mark · a all · enter select · esc close',
  ]);
});

longTest('between two questions the title is complete, inside of a closed card', async () => {
  const askedRunView = runView('params', { params: { name: 'psp' } });
  const title = 'Bring the payment provider back, then let the calls of billing through again';
  const user = await withRun({ ...askedRunView, runbook: { ...askedRunView.runbook, title } });
  expect(cardOf(user)[0]).toBe('RUNBOOK  close-breaker');
  expect(cardOf(user).slice(1).join(' ')).toContain(title);
  expect(user.rowWith('╚')).toMatch(/╚═ esc close ═+╝/);
});

longTest('a parameter is selected from current choices', async () => {
  const user = await withRun(asks(['psp', 'billing', 'suggest']));
  await user.press('j j k');
  expect(cardOf(user)).toEqual([
    'RUNBOOK  close-breaker   Close a circuit breaker            2 of 3',
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
    'Planning                                          nothing sent yet',
    'Close a circuit breaker                                close-breaker',
    'Checks                                                 0 of 1 done',
    '◌ Check dependency health',
    'Plan',
    '◌ reading the target',
    '                                                           esc close',
  ]);
});

longTest(
  'a disruptive action in production shows target, calls, losses, undo and verification; enter confirms',
  async () => {
    const user = await withRun(proposed());
    const zones = user.rows().flatMap((line) => /╟─ ([A-Z][a-z ]+) ─/.exec(line)?.[1] ?? []);
    expect(zones).toEqual(['Will do', 'Affects', 'Undo', 'Proof', 'Gates']);
    expect(cardOf(user).at(-1)).toMatch(/^enter confirm, then 5s to cancel +tab full calls {3}esc cancel$/);
    await user.press('tab end');
    expect(cardOf(user).join('\n')).toContain('Check dependency health');
    await user.press('tab');
    await user.press('enter');
    expect(user.given).toEqual([['confirm', { pasted: false }]]);
  },
);

longTest('the impact of a run marks a sum without its unknown parts as a lower bound', async () => {
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
  expect(user.rowWith('Undo in PRODUCTION')).toBeTruthy();
  expect(user.rowWith('the restored objects must be as they were')).toBeTruthy();
  expect(user.rows().join('\n')).not.toContain('psp stays closed');
});

test('tab names the account as which the system knows the login; share mode shows an alias', async () => {
  const run = proposed();
  const steps = run.proposal?.steps.map((step) => ({ ...step, account: 'ana.heron@example.com' })) ?? [];
  const shown = { ...run, ...(run.proposal && { proposal: { ...run.proposal, steps } }) };
  const scene = shop();
  const named = { ...scene, cockpit: { ...scene.cockpit, arming: armed, run: shown } };
  const user = await openCockpit({ size: [120, 36], scene: named });
  expect(cardOf(user).join('\n')).not.toContain('ana.heron');
  await user.press('tab');
  expect(user.rowWith('login')).toMatch(/login +bus as ana\.heron@example\.com/);
  const shared = await openCockpit({ size: [120, 36], scene: named, shared: true });
  await shared.press('tab');
  expect(shared.rowWith('login')).toMatch(/login +bus as user-\d+/);
  expect(shared.rows().join('\n')).not.toContain('heron');
});

longTest('tab shows the full calls', async () => {
  const user = await withRun(proposed(), [120, 36]);
  await user.press('tab');
  const card = cardOf(user);
  expect(card.filter((line) => / POST http/.test(line))).toEqual([
    '   POST http://10.4.0.7:8081/actuator/circuitbreakers/psp {"updateState":"CLOSE"}',
    '   POST http://10.4.0.8:8081/actuator/circuitbreakers/psp {"updateState":"CLOSE"}',
  ]);
  expect(card.filter((line) => /^● (?:permission|lock|rate) /.test(line))).toEqual([
    '● permission actuator accepts this user',
    '● lock no other run holds the lock of a target',
    '● rate 1 of 10 runs this hour',
  ]);
  expect(card.join('\n')).not.toContain('…');
  expect(card.at(-1)).toMatch(
    /^enter confirm, then 5s to cancel .*tab short {3}esc cancel, nothing is sent$/,
  );
});

longTest('esc declines, and keys stand out from the words beside them', async () => {
  const user = await withRun(proposed());
  const key = user.lookOf('esc cancel ');
  const word = user.lookOf('cancel ║');
  expect(key.fg).not.toBe(word.fg);
  expect(user.lookOf('tab full calls').fg).toBe(key.fg);
  await user.press('esc');
  expect(user.given).toEqual([['decline']]);
});

const destructive = (): RunView => proposed({ danger: 'destructive', names: ['ledger-db'] }, { typed: true });

longTest('a destructive action requires the full name, typed letter by letter', async () => {
  const user = await withRun(destructive(), [120, 36]);
  await user.type('ledg');
  expect(cardOf(user)[0]).toMatch(/^Confirm in PRODUCTION .* DESTRUCTIVE$/);
  expect(cardOf(user).slice(-2)).toEqual([
    expect.stringMatching(/^type {5}ledger-db {2}to confirm: {2}ledg_er-db +4 of 9$/),
    expect.stringMatching(
      /^type the text shown, then enter .*copy as shell {3}tab full calls {3}esc cancel$/,
    ),
  ]);
  await user.press('enter');
  expect(user.rowWith('type the whole text shown above')).toBeTruthy();
  expect(user.given).toEqual([]);
  await user.type('er-db');
  expect(user.rowWith('to confirm')).toContain('9 of 9');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { typed: 'ledger-db', pasted: false }]]);
});

longTest('wrong letters do not count and can be deleted', async () => {
  const user = await withRun(destructive());
  await user.type('leX');
  expect(user.rowWith('to confirm')).toContain('2 of 9');
  await user.press('backspace');
  await user.type('dger-db');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { typed: 'ledger-db', pasted: false }]]);
});

longTest('keys are plain letters while the name is typed', async () => {
  const user = await withRun(destructive());
  await user.type('q?A');
  expect(user.rowWith('to confirm')).toContain('q?A_');
  expect(user.given).toEqual([]);
});

longTest('a pasted name is rejected', async () => {
  const user = await withRun(destructive());
  await user.paste('ledger-db');
  expect(user.rowWith('paste is disabled here')).toBeTruthy();
  await user.press('enter');
  expect(user.given).toEqual([]);
});

test('at 80x24 the proof and the undo of a plan are above the fold, each in one row', async () => {
  for (const run of [proposed(), destructive()]) {
    const rows = cardOf(await withRun(run));
    const foot = rows.findIndex((row) => row.startsWith('more lines: '));
    const shown = foot === -1 ? rows : rows.slice(0, foot);
    for (const part of ['Will do', 'Affects', 'Proof', 'Undo'])
      expect(
        shown.some((row) => row.startsWith(part)),
        `${part}\n${rows.join('\n')}`,
      ).toBe(true);
  }
});

test('a name received in one read counts as a paste', async () => {
  const user = await withRun(destructive());
  await user.together('ledger-db\r');
  expect(cardOf(user).slice(-4)).toEqual([
    expect.stringMatching(/^Gates {2}● permission /),
    expect.stringMatching(/^type {5}ledger-db {2}to confirm: {2}_ledger-db +0 of 9$/),
    'paste is disabled here: type the name',
    expect.stringMatching(/^type the text shown, then enter +tab full calls {3}esc cancel$/),
  ]);
  expect(user.given).toEqual([]);
});

longTest('a confirmation among other keys in one read is ignored', async () => {
  const user = await withRun(proposed());
  await user.together('jjjj\r');
  expect(user.given).toEqual([]);
  expect(user.rowWith('Press again')).toBeTruthy();
});

longTest('a failed gate shows the reason, and nothing was sent', async () => {
  const why = 'bus-0 identifies as staging. The plan is for production';
  const user = await withRun(proposed({ refusal: { ending: 'forbidden', why } }));
  expect(cardOf(user)).toEqual([
    '⊘ FORBIDDEN                                             DISRUPTIVE',
    'Close a circuit breaker                                close-breaker',
    'Why                                               nothing was sent',
    'bus-0 identifies as staging. The plan is for production',
    'params    name psp · p changes',
    'Next',
    '∅ no other matching runbook can run now · R lists all of them',
    'Gates',
    '● permission actuator accepts this user · lock, rate',
    'Checks',
    '● Check dependency health',
    '  psp: down  503',
    '                                            r plan again   esc close',
  ]);
  await user.press('enter');
  expect(user.given).toEqual([]);
  await user.press('r');
  expect(user.given).toEqual([['propose', 'close-breaker', { name: 'psp' }, undefined, { name: 'run' }]]);
});

test('a refusal lists every requirement that is not met, with the change of the profile and where it belongs', async () => {
  const position = { file: 'profiles/shop/production.yaml', line: 9, col: 3 };
  const refusal: Proposal['refusal'] = {
    ending: 'forbidden',
    why: 'not permitted; frozen',
    missing: [
      {
        what: 'action',
        why: 'not permitted: guard.actions does not list "restart"',
        edit: { does: 'add', to: 'guard', yaml: 'actions: [restart]', position },
      },
      { what: 'freeze', why: 'frozen', remedy: 'wait, or override it with a reason (--override "reason")' },
    ],
  };
  const user = await withRun(proposed({ refusal }));
  expect(cardOf(user).slice(2, 7)).toEqual([
    'Why                                               nothing was sent',
    '⊘ action: not permitted: guard.actions does not list "restart"',
    '  › add to guard, production.yaml:9: actions: [restart]',
    '⊘ freeze: frozen. Wait, or override it with a reason · O overrides',
    'params    name psp · p changes',
  ]);
});

longTest('several healthy targets: none is selected, and enter takes none', async () => {
  const run = asks(['billing', 'psp']);
  const { parameterPrompt: prompt } = run;
  if (prompt === undefined) throw new Error('no question');
  const user = await withRun({ ...run, parameterPrompt: { ...prompt, isUndecided: true } });
  expect(user.rowWith('2 choices, none is recommended')).toBeTruthy();
  await user.press('enter');
  expect(user.given).toEqual([]);
  expect(user.rowWith('no choice is recommended: select one first')).toBeTruthy();
  await user.press('j');
  await user.press('enter');
  expect(user.given).toEqual([['give', 'name', 'billing']]);
});

longTest(
  'the number that the runbook recommends is in the field: enter takes it, a digit replaces it',
  async () => {
    const recommending = (): RunView => {
      const run = asks();
      const { parameterPrompt: prompt } = run;
      if (prompt === undefined) throw new Error('no question');
      const params = [{ name: 'name', type: 'int', min: 1, recommended: 5 } as const];
      return {
        ...run,
        runbook: { ...run.runbook, params },
        parameterPrompt: { ...prompt, recommended: '5' },
      };
    };
    const user = await withRun(recommending());
    expect(user.rowWith('5, as the runbook recommends')).toBeTruthy();
    expect(user.rowWith('enter accept 5')).toBeTruthy();
    await user.press('enter');
    expect(user.given).toEqual([['give', 'name', '5']]);
    const other = await withRun(recommending());
    await other.press('7');
    await other.press('enter');
    expect(other.given).toEqual([['give', 'name', '7']]);
  },
);

test('a refused run names the next runbook that can run, and n opens it', async () => {
  const scene = shop();
  const [manual, closing] = scene.cockpit?.suggestions ?? [];
  if (manual === undefined || closing === undefined) throw new Error('no suggestions');
  const run = proposed({ refusal: { ending: 'not-applicable', why: 'no revision before 1' } });
  const suggestions: readonly RunbookSuggestion[] = [
    { ...closing, hindrance: 'tried', reason: 'tried 10:02: refused' },
    { ...manual, fits: 'yes', why: 'billing is down' },
  ];
  const user = await openCockpit({
    size: [80, 24],
    scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run, suggestions } },
  });
  expect(cardOf(user)).toContain(`n ${manual.runbook.id}: ${manual.runbook.title}`);
  expect(cardOf(user).at(-1)).toContain('n next runbook');
  await user.press('n');
  expect(user.given).toEqual([['decline'], ['propose', manual.runbook.id, {}]]);
});

test('in the cancel window nothing has been sent, and any key cancels', async () => {
  const window = { run: 'run-1', at: noon, event: 'window', endsAt: noon + 5000 } as const;
  const user = await withRun({ ...proposed(), stage: 'window', events: [window] });
  await user.wait('1s');
  const card = cardOf(user);
  expect(card[0]).toMatch(/^Sending in 4 s +DISRUPTIVE$/);
  expect(card[1]).toMatch(/^━+─+$/);
  expect(card[2]).toBe('Nothing has been sent.  Any key cancels.');
  expect(card[3]).toBe('1  Close it');
  expect(card[4]).toMatch(/^call +POST http:/);
  const affects = card.indexOf('Affects');
  expect(card[affects + 1]).toMatch(/^psp {2}OPEN/);
  expect(card.at(-1)).toBe('any key cancel');
  await user.press('j');
  expect(user.given).toEqual([['cancel']]);
});

test('the running card updates steps and verification', async () => {
  const user = await withRun(running());
  expect(cardOf(user)).toEqual([
    '◌ Running  Close a circuit breaker                DISRUPTIVE  0:37',
    'Steps',
    '✓ Gates passed               armed: psp outage',
    '✓ Close it                   2 of 2 answered 200               400ms',
    '✓ Notify the dependency      done by hand',
    '  owner',
    'Proof                                                  0 of 1 hold',
    '○ psp stays closed           psp of billing-0 is open      within 1m',
    'Output                                                L in the log',
    'billing-0 psp: OPEN → CLOSED',
    'ctrl-c stop waiting (sent calls are not undone)       esc background',
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
  expect(user.rowWith('psp stays closed')).toMatch(/psp stays closed +━+─+ +holds 2s of 5s/);
});

longTest('a run continues in the background, and R reopens its card', async () => {
  const user = await withRun(running());
  expect(user.rowWith('Running')).toContain('0:37');
  await user.press('esc');
  expect(user.given).toEqual([['background', true]]);
  await user.happens(() => user.cockpit.setState({ run: running({ background: true }), messages: [] }));
  expect(user.rowWith('Close a circuit breaker running 0:37')).toContain('R open');
  await user.press('R');
  expect(user.given.at(-1)).toEqual(['background', false]);
});

longTest('a manual step waits for its tick', async () => {
  const user = await withRun(
    running({ events: acted.slice(0, -1), awaitingStep: { id: 'a2', title: 'Notify the dependency owner' } }),
  );
  expect(cardOf(user)).toEqual([
    '◌ Running  Close a circuit breaker                DISRUPTIVE  0:37',
    'Steps',
    '✓ Gates passed               armed: psp outage',
    '✓ Close it                   2 of 2 answered 200               400ms',
    '▸ Notify the dependency      this step is manual, and waits for you',
    '  owner',
    'Proof                                                  0 of 1 hold',
    '○ psp stays closed                                         within 1m',
    'Output                                                L in the log',
    'billing-0 psp: OPEN → CLOSED',
    'enter    done; verification follows',
    'n        not done: the run ends here, unverified; sent calls stay',
    'ctrl-c cancel                                         esc background',
  ]);
  await user.press('n enter');
  expect(user.given).toEqual([
    ['tick', false],
    ['tick', true],
  ]);
});

longTest('a manual step without a verification after it, or before another step, says so', async () => {
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
  expect(short).toContain('● Read the log');
  expect(short).toContain('psp: down  503');
  expect(short).not.toContain('panic at line 2');
  expect(short).toContain('tab all checks');
  await user.press('tab end');
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
  expect(card).toContain('● An alert fires');
  expect(card).toContain('○ No gate has failed');
  expect(card).toContain('? The queue is empty');
});

longTest('ctrl-c cancels the run; q asks first', async () => {
  const user = await withRun(running({ background: true }));
  await user.press('q');
  expect(cardOf(user)).toEqual([
    'QUIT   Close a circuit breaker has been running for 0:42',
    'quitting cancels the run. Sent calls are not undone',
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
      '● RECOVERED  in 37s  close-breaker · 10:14:30 to 10:15:07',
      'Close a circuit breaker  run-1',
      'all checks passed',
      'Proof  1 of 1 holds',
      '✓ psp stays closed  held for 5s',
      'What was done',
      '✓ Gates passed  armed: psp outage',
      '✓ Close it  2 of 2 answered 200  400ms',
      '✓ Notify the dependency  done by hand',
      '  owner',
      'Next',
      'u undo  force psp open again',
      '  y copy  L output  ! note  H handover  u undo  esc close',
    ],
  ],
  [
    'executed-not-recovered',
    'the action completed, a check did not pass',
    endedRun('executed-not-recovered', 'psp opened again within 60s: 2 of 2 instances', {
      proofs: [proof('false', 'psp of billing-0 is open')],
    }),
    [
      '✗ EXECUTED, NOT RECOVERED  in 37s  10:14:30 to 10:15:07',
      'Close a circuit breaker  run-1',
      'psp opened again within 60s: 2 of 2 instances',
      'Next',
      'u undo  force psp open again',
      'Proof  0 of 1 hold',
      '✗ psp stays closed  psp of billing-0 is open',
      'What was done',
      '✓ Gates passed  armed: psp outage',
      '✓ Close it  2 of 2 answered 200  400ms',
      '✓ Notify the dependency  done by hand',
      '  owner',
      'output  billing-0 psp: OPEN → CLOSED',
      '  L output  R runbooks  ! note  H handover  u undo  esc close',
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
      '✗ FAILED  in 37s  close-breaker · 10:14:30 to 10:15:07',
      'Close a circuit breaker  run-1',
      'billing-1 did not answer',
      'Next',
      'u undo  force psp open again',
      'What was done  1 sent',
      '✓ Gates passed  armed: psp outage',
      '? Close it  did not finish',
      'sent  POST …/circuitbreakers/psp (billing-0)',
      '  y copy  R runbooks  ! note  H handover  u undo  esc close',
    ],
  ],
  [
    'cancelled',
    'the user canceled it',
    endedRun('cancelled', 'canceled by the operator', { events: [] }),
    [
      '▲ CANCELED  in 0s  close-breaker · 10:15:07 to 10:15:07',
      'Close a circuit breaker  run-1',
      'canceled by the operator',
      'What was done',
      'sent  nothing',
      '  y copy  R runbooks  ! note  esc close',
    ],
  ],
  [
    'declined',
    'the user declined it',
    endedRun('declined', 'the operator declined', { events: [] }),
    [
      '○ DECLINED  in 0s  close-breaker · 10:15:07 to 10:15:07',
      'Close a circuit breaker  run-1',
      'the operator declined',
      'What was done',
      'sent  nothing',
      '  y copy  R runbooks  ! note  esc close',
    ],
  ],
  [
    'not-applicable',
    'no target to act on',
    endedRun('not-applicable', 'no breaker is called psp', { events: [] }),
    [
      '○ NOT APPLICABLE  in 0s  close-breaker · 10:15:07 to 10:15:07',
      'Close a circuit breaker  run-1',
      'no breaker is called psp',
      'What was done',
      'sent  nothing',
      '  y copy  R runbooks  ! note  esc close',
    ],
  ],
  [
    'dry-run',
    'it was a dry run',
    endedRun('dry-run', 'dry run: nothing was executed', { events: [] }),
    [
      '◇ DRY RUN  in 0s  close-breaker · 10:15:07 to 10:15:07',
      'Close a circuit breaker  run-1',
      'dry run: nothing was executed',
      '  y copy  R runbooks  ! note  esc close',
    ],
  ],
] as const)('ending %s: %s', async (_ending, _why, run, lines) => {
  const user = await withRun(run);
  expect(cardOf(user).map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual(lines);
});

test('a run that has acted proposes what keeps the problem from coming back; its preview does on tab', async () => {
  const preventions = [{ id: 'p1', title: 'Set up synthetic monitoring' }];
  const shown = (user: User) => cardOf(user).map((line) => line.replaceAll(/ {2,}/g, '  '));
  const preview = await withRun(proposed({ preventions }), [120, 60]);
  expect(shown(preview).join('\n')).not.toContain('To prevent it');
  await preview.press('tab');
  expect(shown(preview).join('\n')).toMatch(/To prevent it.*\n. Set up synthetic monitoring/);
  const plan = proposed({ preventions }).proposal;
  if (plan === undefined) throw new Error('no proposal');
  const planned = { run: 'run-1', at: noon, event: 'planned', proposal: plan } as const;
  const ended = await withRun(
    endedRun('recovered', 'all checks passed', { events: [planned, ...acted] }),
    [120, 60],
  );
  expect(shown(ended).join('\n')).toMatch(/To prevent it\n. Set up synthetic monitoring/);
});

longTest('a finished run can be undone from its card', async () => {
  const user = await withRun(endedRun('executed-not-recovered', 'it opened again'));
  await user.press('u');
  expect(user.given).toEqual([['undo', 'run-1']]);
});

longTest('a card higher than the screen keeps its title and its keys, and scrolls', async () => {
  const lines = Array.from({ length: 6 }, (_, index) => `billing-${index}: down`);
  const check = (id: string) => ({ title: `What ${id} says`, lines, faults: [], done: true });
  const diagnosis = { d1: check('psp'), d2: check('billing'), d3: check('kafka') };
  const user = await withRun({ ...destructive(), diagnosis });
  await user.press('tab');
  const card = cardOf(user);
  const head = card.slice(0, 2);
  const foot = card.slice(-2);
  expect(head[0]).toMatch(/^Confirm in PRODUCTION .* DESTRUCTIVE$/);
  expect(foot[0]).toMatch(/^type {5}ledger-db {2}to confirm: {2}_ledger-db +0 of 9$/);
  expect(foot[1]).toMatch(/^type the text shown, then enter .*esc cancel$/);
  expect(card.at(-3)).toMatch(/^more lines: \d+ below · up\/down scroll$/);
  expect(card[2]).toMatch(/^Will do /);
  await user.press('down down down');
  const scrolled = cardOf(user);
  expect([scrolled.slice(0, 2), scrolled.slice(-2)]).toEqual([head, foot]);
  expect(scrolled.slice(2, -6)).toEqual(card.slice(5, -3));
  expect(scrolled.at(-3)).toMatch(/^more lines: 3 above, \d+ below · up\/down scroll$/);
  await user.press('end');
  expect(cardOf(user).join('\n')).toContain('What kafka says');
  await user.type('ledger-db');
  expect(user.rowWith('to confirm')).toContain('9 of 9');
});

longTest.each([
  ['running', stages.running, '3', '3: press esc to move the run to the background first. The run continues'],
  ['ended', stages.ended, '3', '3: press esc to close the card first'],
  ['confirmation', stages.easy, '5', '5: press esc to close the card first. Nothing is sent'],
])('on the %s card a key of the screen below says how to leave it', async (_, run, key, why) => {
  const scene = shop();
  const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, run } } });
  await user.press(key);
  expect(user.rowWith(why)).toBeTruthy();
  expect(user.given).toEqual([]);
  await user.press('esc');
  expect(user.given).toHaveLength(1);
});
