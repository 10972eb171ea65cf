import { expect, test } from 'vitest';
import type { CockpitState } from '../../src/store/cockpit.ts';
import { longTest } from '../support/layer.ts';
import { past, pastRuns as runs } from './support/past-runs.ts';
import { running } from './support/runs.ts';
import { bodyOf, detailsOf, footer, tableRows } from './support/screen.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type Settings, type User } from './support/user.ts';

const open = async (
  cockpit: Partial<CockpitState> = { runs },
  settings: Omit<Settings, 'scene'> = {},
): Promise<User> => {
  const scene = shop();
  const user = await openCockpit({
    size: [120, 36],
    ...settings,
    scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, ...cockpit } },
  });
  // On an open card the key would be ignored as text.
  if (cockpit.run === undefined || cockpit.run.background) await user.press('U');
  return user;
};

longTest('details show parameters, the reason of the ending and notes', async () => {
  const user = await open();
  await user.press('j j');
  expect(detailsOf(user.rows(), 'Runs', 'Close a circuit breaker  close-breaker')).toEqual([
    ' Close a circuit breaker  close-breaker · name psp · enter opens the run',
    '   psp stays closed: not met, psp of billing-0 is open',
    '   note: psp confirmed a failed switch on their side',
  ]);
  expect(footer(user.rows())).toMatch(/^a again {2}u undo {2}! note {2}y copy {2}H handover {2}r reload /);
});

longTest('the text is the same in ASCII and without color', async () => {
  const user = await open({ runs }, { size: [80, 24], ascii: true, color: 'none' });
  const rows = tableRows(user.rows(), 'Runs', 'Close a circuit breaker  close');
  expect(rows.map((row) => row.slice(1, 17).trim())).toEqual([
    '. RUNNING',
    'X RELAPSED',
    'X NOT RECOVERED',
    '? INTERRUPTED',
    '+ RECOVERED',
    'o DECLINED',
    '@ FORBIDDEN',
  ]);
  expect(user.rows().join('')).toMatch(/^[ -~]*$/);
});

longTest(
  'a run whose records do not show that this user ran it here is marked, with the reason',
  async () => {
    const foreign = 'record 3 is from ben, and this account is ana';
    const [own] = runs.slice(1);
    if (own === undefined) throw new Error('no run');
    const others = [own, { ...own, run: 'run-9', title: 'Restart the cache', foreign }];
    const user = await open({ runs: others }, { size: [80, 24] });
    expect(user.rowWith('Restart the cache')).toContain('foreign Restart the cache');
    expect(user.rowWith('Close a circuit breaker')).not.toContain('foreign');
    await user.press('j');
    expect(user.rowWith('view only')).toContain(`foreign, view only: ${foreign}`);
  },
);

longTest('reads the ledger each time the pane opens, and with r', async () => {
  const user = await open();
  await user.press('3 U r');
  expect(user.given).toEqual([['readRuns'], ['readRuns'], ['readRuns']]);
});

test('unreadable, loading and empty ledgers have status lines', async () => {
  expect((await open({})).rowWith('loading the ledger')).toBeTruthy();
  expect((await open({ runs: [] })).rowWith('no runs yet')).toContain('R lists the runbooks');
  const user = await open({ runsError: 'EACCES: /state/ledger.jsonl' });
  expect(user.rowWith('cannot read the ledger: EACCES')).toContain('audit verify');
});

longTest('runs can be filtered by words and by name=value', async () => {
  const user = await open();
  await user.press('/');
  await user.type('who=ben');
  await user.press('enter');
  expect(bodyOf(user.rows(), 'Runs').filter((row) => row.includes('Close a circuit breaker'))).toHaveLength(
    2,
  );
  await user.press('/ ctrl-u');
  await user.type('ending=relapsed');
  await user.press('enter');
  expect(user.rowWith('RELAPSED')).toContain('ana@ops-1');
  await user.press('/ ctrl-u');
  await user.type('failed switch');
  await user.press('enter');
  expect(user.rowWith('NOT RECOVERED')).toBeTruthy();
});

longTest('enter opens a run, a reruns it, u undoes the run, each by id', async () => {
  const user = await open();
  await user.press('j j enter a u');
  expect(user.given.slice(1)).toEqual([
    ['showRun', 'run-5'],
    ['rerun', 'run-5'],
    ['undo', 'run-5'],
  ]);
});

longTest('adds a note to a run', async () => {
  const user = await open();
  await user.press('j !');
  await user.type('informed the shift');
  await user.press('enter');
  expect(user.given.slice(1)).toEqual([['note', 'run-6', 'informed the shift']]);
});

longTest('runs of another environment cannot be rerun or undone here', async () => {
  const user = await open();
  await user.press('G a');
  expect(user.rowWith('a: that run belongs to shop/dev: open that environment first')).toBeTruthy();
  await user.press('u');
  expect(user.rowWith('u: that run belongs to shop/dev: open that environment first')).toBeTruthy();
  expect(user.given).toEqual([['readRuns']]);
});

const copied = (user: User): string => {
  const base64 =
    [...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)\u001b\\/g)].at(-1)?.[1] ?? '';
  return Buffer.from(base64, 'base64').toString('utf8');
};

test('y copies a command that is quoted for the shell', async () => {
  const user = await open();
  await user.press('G k y');
  expect(copied(user)).toBe(
    "opsdeck run close-breaker --env shop/production --param 'name=it'\\''s; rm -rf'",
  );
});

test('a drill’s command includes --rehearse', async () => {
  const { open: environment } = shop().cockpit ?? {};
  if (environment === undefined) throw new Error('the shop is open');
  const user = await open({ runs, open: { ...environment, embedded: true, incident: 'psp-outage' } });
  await user.press('j y');
  expect(copied(user)).toContain(' --env shop/production --rehearse=psp-outage --param');
});

longTest('runs that cannot be repeated are not copied', async () => {
  const scene = shop();
  const user = await open(
    { ...scene.cockpit, runs: [past('run-1', 1, { params: { name: 'ana@example.com' } })] },
    {
      shared: true,
    },
  );
  await user.press('y');
  expect(user.rowWith('not copied')).toContain('Press s to end share mode');
  expect(copied(user)).toBe('');
});

test('during a run only its own row reopens the card', async () => {
  const user = await open({ runs: [past('run-1', 1), past('run-0', 5)], run: running({ background: true }) });
  await user.press('j enter');
  expect(user.rowWith('a run is in progress. To cancel the run, press ctrl-c')).toBeTruthy();
  await user.press('k enter');
  expect(user.given).toEqual([['readRuns'], ['background', false]]);
});

test('a past run names the account beside the operator', async () => {
  const accounts = [{ source: 'k8s', account: 'system:serviceaccount:shop:deployer' }];
  const user = await open({
    runs: [past('run-1', 1, { accounts })],
    run: running({ stage: 'ended', past: true }),
  });
  expect(
    user
      .rows()
      .join(' ')
      .replaceAll(/[│\s]+/g, ' '),
  ).toContain('by ana on ops-1 (k8s as system:serviceaccount:shop:deployer), in shop/production');
});

test('an interrupted run does not mark unverified conditions as failed', async () => {
  const user = await open({ runs, run: running({ stage: 'ended', past: true }) });
  expect(user.rowWith('psp of billing-0 is open')).toMatch(/\? psp stays closed +psp of/);
});

longTest('a run that may still be running cannot be undone', async () => {
  const user = await open({ runs, run: running({ stage: 'ended', past: true }) });
  await user.press('u');
  expect(user.rowWith('u: this run has not finished and may still be running')).toBeTruthy();
  const listed = await open();
  await listed.press('u');
  expect(listed.rowWith('u: this run has not finished and may still be running')).toBeTruthy();
  expect(listed.given).toEqual([['readRuns']]);
});

test('a run whose process died is undone with the data of its plan', async () => {
  const user = await open({ runs, run: running({ stage: 'ended', past: true, isOrphaned: true }) });
  await user.press('u');
  expect(user.given).toContainEqual(['undo', 'run-1']);
});

const withDrills = [
  past('real', 5, { title: 'Restart the broker' }),
  past('drilled', 9, { title: 'Restart the cache', drill: true }),
];

test('drills are hidden in a real environment, and shown on request: marked, and not counted', async () => {
  const user = await open({ runs: withDrills });
  expect(user.rows().join('\n')).not.toContain('Restart the cache');
  expect(user.rowWith('1 drill hidden')).toContain('d shows them');
  expect(user.rowWith(' Runs  1  ')).toBeTruthy();
  await user.press('d');
  expect(user.rowWith('Restart the cache')).toContain('DRILL Restart the cache');
  expect(user.rowWith('Restart the broker')).not.toContain('DRILL');
  expect(user.rowWith(' Runs  1  ')).toBeTruthy();
  await user.press('/');
  await user.type('drill=yes');
  await user.press('enter');
  expect(user.rows().join('\n')).not.toContain('Restart the broker');
});

test('in a simulated environment drills are listed and counted; d hides them', async () => {
  const { cockpit } = shop();
  const environment = cockpit?.open;
  if (environment === undefined) throw new Error('the scene has an environment');
  const user = await open({ runs: withDrills, open: { ...environment, embedded: true } });
  expect(user.rowWith(' Runs  2  ')).toBeTruthy();
  expect(user.rowWith('Restart the cache')).toContain('DRILL');
  await user.press('d');
  expect(user.rowWith('1 drill hidden')).toBeTruthy();
});
