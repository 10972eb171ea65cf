import { expect, test } from 'vitest';
import type { RunView } from '../../src/store/run-types.ts';
import { noon } from '../support/made-facts.ts';
import { acted, endedRun, proof, proposed, running, runView } from './support/runs.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

/** In production, armed. */
const withRun = async (run: RunView, size: readonly [number, number] = [80, 24]): Promise<User> => {
  const scene = shop();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run } } });
};

const asks = (choices?: readonly string[], problem?: string): RunView =>
  runView('params', {
    params: {},
    asking: {
      name: 'name',
      title: 'breaker',
      ...(choices === undefined ? {} : { choices }),
      ...(problem === undefined ? {} : { problem }),
    },
  });

test('words beside a choice tell it from others', async () => {
  const run = runView('params', {
    asking: {
      name: 'pid',
      title: 'Which session',
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
  await user.seesScreen('card-params-words');
});

test('a parameter is chosen among what is there', async () => {
  const user = await withRun(asks(['psp', 'billing', 'suggest']));
  await user.press('j j k');
  await user.seesScreen('card-params');
  await user.press('enter');
  expect(user.given).toEqual([['give', 'name', 'billing']]);
});

test('choices that could not be read leave nothing to choose, and say so', async () => {
  const user = await withRun(asks(undefined, 'breakers cannot be seen: bus did not answer'));
  expect(user.rowWith('breakers cannot be seen')).toContain('bus did not answer');
  await user.press('enter');
  expect(user.given).toEqual([]);
});

test('while it plans, it says that nothing is sent', async () => {
  const user = await withRun(
    runView('planning', {
      diagnosis: { d1: { title: 'What the dependency says', lines: [], faults: [], done: false } },
    }),
  );
  await user.seesScreen('card-planning');
});

test('a disruptive act in production shows target, calls, loss, undo and proof; enter says yes', async () => {
  const user = await withRun(proposed());
  await user.seesScreen('card-confirm-80x24');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { pasted: false }]]);
});

test('an undo promises none of the proofs of what it undoes', async () => {
  const user = await withRun(proposed({ undoes: 'run-0' }));
  expect(user.rowWith('UNDO IN PRODUCTION')).toBeTruthy();
  expect(user.rowWith('proof')).toContain('what it puts back is read again');
  expect(user.rows().join('\n')).not.toContain('It stays closed');
});

test('tab shows the whole calls', async () => {
  const user = await withRun(proposed(), [120, 36]);
  await user.press('tab');
  await user.seesScreen('card-confirm-calls');
});

test('esc says no', async () => {
  const user = await withRun(proposed());
  await user.press('esc');
  expect(user.given).toEqual([['decline']]);
});

const destructive = (): RunView => proposed({ danger: 'destructive', names: ['ledger-db'] }, { typed: true });

test('a destructive act waits for the whole name, letter by letter', async () => {
  const user = await withRun(destructive(), [120, 36]);
  await user.type('ledg');
  await user.seesScreen('card-typed');
  await user.press('enter');
  expect(user.rowWith('waits for the whole name')).toBeTruthy();
  expect(user.given).toEqual([]);
  await user.type('er-db');
  expect(user.rowWith('to go on')).toContain('9 of 9');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { typed: 'ledger-db', pasted: false }]]);
});

test('wrong letters do not count, and can be taken back', async () => {
  const user = await withRun(destructive());
  await user.type('leX');
  expect(user.rowWith('to go on')).toContain('2 of 9');
  await user.press('backspace');
  await user.type('dger-db');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { typed: 'ledger-db', pasted: false }]]);
});

test('letters that are keys elsewhere are only letters in the name', async () => {
  const user = await withRun(destructive());
  await user.type('q?A');
  expect(user.rowWith('to go on')).toContain('q?A_');
  expect(user.given).toEqual([]);
});

test('a pasted name is refused', async () => {
  const user = await withRun(destructive());
  await user.paste('ledger-db');
  expect(user.rowWith('a pasted name is refused')).toBeTruthy();
  await user.press('enter');
  expect(user.given).toEqual([]);
});

test('a name that comes in one piece is a paste, whatever the terminal says', async () => {
  const user = await withRun(destructive());
  await user.together('ledger-db\r');
  await user.seesScreen('card-paste-refused');
  expect(user.given).toEqual([]);
});

test('a yes that comes among other keys in one piece is none', async () => {
  const user = await withRun(proposed());
  await user.together('jjjj\r');
  expect(user.given).toEqual([]);
  expect(user.rowWith('press it again')).toBeTruthy();
});

test('a gate that says no shows why, and nothing was sent', async () => {
  const why = 'bus-0 says that it is staging; production was planned for';
  const user = await withRun(proposed({ refusal: { ending: 'forbidden', why } }));
  await user.seesScreen('card-forbidden');
  await user.press('enter');
  expect(user.given).toEqual([]);
  await user.press('r');
  expect(user.given).toEqual([['propose', 'close-breaker', { name: 'psp' }]]);
});

test('in the cancel window nothing has been sent, and any key cancels', async () => {
  const window = { run: 'run-1', at: noon, event: 'window', endsAt: noon + 5000 } as const;
  const user = await withRun({ ...proposed(), stage: 'window', events: [window] });
  await user.wait('1s');
  await user.seesScreen('card-window');
  await user.press('j');
  expect(user.given).toEqual([['cancel']]);
});

test('while it runs, steps and proofs are seen as they turn', async () => {
  const user = await withRun(running());
  await user.seesScreen('card-running');
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
  expect(user.rowWith('It stays closed')).toContain('holds 2s of 5s');
});

test('a run goes on behind the screen, and R brings its card back', async () => {
  const user = await withRun(running());
  expect(user.rowWith('RUNNING')).toContain('0:37');
  await user.press('esc');
  expect(user.given).toEqual([['background', true]]);
  await user.happens(() => user.cockpit.setState({ run: running({ background: true }), messages: [] }));
  expect(user.rowWith('Close a circuit breaker runs 0:37')).toContain('R shows its card');
  await user.press('R');
  expect(user.given.at(-1)).toEqual(['background', false]);
});

test('a manual step waits for its tick', async () => {
  const user = await withRun(
    running({ events: acted.slice(0, -1), ticking: { id: 'a2', title: "Tell the dependency's owner" } }),
  );
  await user.seesScreen('card-tick');
  await user.press('n enter');
  expect(user.given).toEqual([
    ['tick', false],
    ['tick', true],
  ]);
});

test('ctrl-c cancels what runs; q asks first', async () => {
  const user = await withRun(running({ background: true }));
  await user.press('q');
  await user.seesScreen('card-quit');
  await user.press('esc ctrl-c');
  expect(user.given).toEqual([['cancel']]);
});

test.each([
  [
    'recovered',
    'every proof held',
    endedRun('recovered', 'every proof held', { proofs: [proof('true', '', noon)] }),
  ],
  [
    'executed-not-recovered',
    'a call was answered, the proof never came',
    endedRun('executed-not-recovered', 'psp opened again within 60s: 2 of 2 instances', {
      proofs: [proof('false', 'psp of billing-0 is open')],
    }),
  ],
  [
    'failed',
    'a call was not answered',
    endedRun('failed', 'billing-1 did not answer', {
      events: acted.slice(0, 3),
      sent: ['POST …/circuitbreakers/psp (billing-0)'],
    }),
  ],
  ['cancelled', 'somebody stopped it', endedRun('cancelled', 'cancelled by the operator', { events: [] })],
  ['declined', 'somebody said no', endedRun('declined', 'the operator said no', { events: [] })],
  [
    'not-applicable',
    'there is nothing to do',
    endedRun('not-applicable', 'no breaker is called psp', { events: [] }),
  ],
  ['dry-run', 'it was a rehearsal', endedRun('dry-run', 'nothing was to be sent', { events: [] })],
] as const)('it ended as %s: %s', async (ending, _why, run) => {
  const user = await withRun(run);
  await user.seesScreen(`card-ended-${ending}`);
});

test('from the card of a run that has ended it can be undone', async () => {
  const user = await withRun(endedRun('executed-not-recovered', 'it opened again'));
  await user.press('u');
  expect(user.given).toEqual([['undo', 'run-1']]);
});

test('a card with more lines than there is room for keeps its title and its keys, and is scrolled', async () => {
  const lines = Array.from({ length: 6 }, (_, index) => `billing-${index}: down`);
  const check = (id: string) => ({ title: `What ${id} says`, lines, faults: [], done: true });
  const diagnosis = { d1: check('psp'), d2: check('billing'), d3: check('kafka') };
  const user = await withRun({ ...destructive(), diagnosis });
  await user.seesScreen('card-scrolled-0');
  await user.press('down down down');
  await user.seesScreen('card-scrolled-3');
  await user.type('ledger-db');
  expect(user.rowWith('to go on')).toContain('9 of 9');
});
