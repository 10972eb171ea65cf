import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { JournalEntry } from '../../../../src/domain/facts/journal.ts';
import type { Snapshot } from '../../../../src/domain/facts/snapshot.ts';
import type { IncidentResponse } from '../../../../src/domain/incidents/incident-response.ts';
import type { Proposal } from '../../../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../../../src/domain/runs/run.ts';
import type { OpenedEnvironment } from '../../../../src/engine/cockpit/environment/cockpit-parts.ts';
import { createDeclaredIncidents } from '../../../../src/engine/cockpit/incidents/declared-incidents.ts';
import { incidentRunbooks } from '../../../../src/incidents/incident-runbooks.ts';
import { incidentFiles } from '../../../../src/persistence/incidents/incident-files.ts';
import { openLedger } from '../../../../src/persistence/ledger/ledger.ts';
import { createCockpitStore, type RunView } from '../../../../src/store/cockpit.ts';
import { createFactsStore } from '../../../../src/store/facts-store.ts';
import { frame, health, noon, snapshotWith } from '../../../support/made-facts.ts';

const stateDirOf = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-incidents-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

const response: IncidentResponse = {
  updates: { source: 'slack', template: '{status} {current}' },
  pager: 'pd',
  tracker: 'gh',
};

const environment = (user: string, snapshot: Snapshot): OpenedEnvironment => {
  const runbooks = incidentRunbooks({ incident: response, runbooks: [], file: 'p.yaml' });
  return {
    profile: { system: 'shop', env: 'production', incident: response, runbooks, sources: [] },
    who: { user, host: 'desk' },
    engine: { snapshot: () => snapshot, facts: createFactsStore(frame()) },
  } as unknown as OpenedEnvironment;
};

/** A cockpit of a state directory. */
const cockpitIn = async (stateDir: string, user = 'ana', snapshot: Snapshot = snapshotWith({})) => {
  const cockpit = createCockpitStore();
  const said: string[] = [];
  const begun: {
    readonly id: string;
    readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  }[] = [];
  const here = environment(user, snapshot);
  const keeper = createDeclaredIncidents({
    cockpit,
    clock: { now: () => noon, wallNow: () => noon, wallOffset: () => 0 },
    state: () => ({
      incidents: incidentFiles(stateDir, (text) => text.replaceAll('hunter2', '•••')),
      dir: stateDir,
    }),
    begin: ({ id }, inputs) => void begun.push({ id, inputs }),
    opened: () => here,
    say: (text) => void said.push(text),
  });
  keeper.reload();
  await keeper.settled();
  return {
    commands: keeper.commands,
    said,
    begun,
    keeper,
    settled: keeper.settled,
    second: async () => {
      keeper.everySecond();
      await keeper.settled();
    },
    happens: (...entries: readonly JournalEntry[]) =>
      cockpit.setState(({ journal }) => ({ journal: [...journal, ...entries] })),
    shows: (run: Partial<RunView>) => cockpit.setState({ run: run as RunView }),
    incident: () => cockpit.getState().incidents?.at(-1),
  };
};

const change = (what: string, time = noon): JournalEntry => ({
  at: time,
  kind: 'verdict',
  level: 'crit',
  what,
  change: 'OK → CRIT',
  source: 'k8s',
});

const words = (lines: readonly { readonly word: string; readonly text: string }[] = []) =>
  lines.map(({ word, text }) => `${word} ${text}`.trim());

/** Records a run of an incident runbook; without `ended`, its process has died. */
const recordRun = async (
  stateDir: string,
  run: string,
  runbook: string,
  params: Proposal['params'],
  events: readonly Record<string, unknown>[],
  drill = false,
): Promise<void> => {
  const ledger = await openLedger(stateDir);
  const proposal = {
    run,
    runbook,
    title: runbook,
    system: 'shop',
    env: 'production',
    params,
    ...{ tier: 'production', steps: [], gate: {}, danger: 'safe', names: [], plannedAt: noon },
    ...(drill ? { drill } : {}),
  };
  for (const event of [{ event: 'planned', proposal }, ...events])
    await ledger.append({
      at: noon,
      // No process has this id: the run is over.
      who: { user: 'ana', host: hostname(), pid: 2 ** 30 },
      system: 'shop',
      env: 'production',
      entry: { run, at: noon, ...event } as unknown as RunEvent,
    });
};

const acting = { event: 'acting', step: 'a1', title: 'Post' };
const acted = {
  event: 'acted',
  step: 'a1',
  ok: true,
  result: '200',
  made: { ts: '1772619308.000100', thread: '1772619307.000100' },
};
const ended = { event: 'ended', ending: 'recovered', why: '', sent: [] };

test('two cockpits of one state directory fill the timeline, and nothing twice', async () => {
  const dir = await stateDirOf();
  const ana = await cockpitIn(dir);
  const ben = await cockpitIn(dir, 'ben');
  ana.commands.declareIncident('Orders fail');
  await ana.settled();
  await ben.second();
  expect(ben.incident()?.id).toBe('INC-1');
  ana.happens(change('pod a', noon), change('pod b', noon + 10));
  // The other cockpit observes the same changes a little later, and one more.
  ben.happens(change('pod a', noon + 900), change('pod b', noon + 1500), change('pod c', noon + 2000));
  await Promise.all([ana.second(), ben.second()]);
  await Promise.all([ana.second(), ben.second()]);
  const lines = words(ana.incident()?.timeline).filter((line) => line.startsWith('level'));
  expect(lines.toSorted()).toEqual([
    'level pod a OK → CRIT',
    'level pod b OK → CRIT',
    'level pod c OK → CRIT',
  ]);
  expect(words(ben.incident()?.timeline)).toEqual(words(ana.incident()?.timeline));
});

test('an update is recorded first; its message is previewed with the template, and is in the record once it was sent', async () => {
  const dir = await stateDirOf();
  const ana = await cockpitIn(dir);
  ana.commands.declareIncident('Orders fail');
  ana.commands.addToIncident('INC-1', { event: 'update', text: 'restarting hunter2', to: '' });
  await ana.settled();
  expect(ana.begun).toEqual([
    {
      id: 'incident-update',
      inputs: {
        incident: 'INC-1',
        update: '2',
        thread: expect.stringMatching(/^opsdeck-INC-1-\w+$/),
        'reply-to': '',
        text: 'INVESTIGATING restarting •••',
      },
    },
  ]);
  await recordRun(dir, 'run-1', 'incident-update', { incident: 'INC-1', update: 2 }, [acting, acted, ended]);
  const ben = await cockpitIn(dir, 'ben');
  ana.keeper.ledgerWritten();
  await Promise.all([ana.second(), ben.second()]);
  await Promise.all([ana.second(), ben.second()]);
  const posted = words(ben.incident()?.timeline).filter((line) => line.startsWith('slack'));
  expect(posted).toEqual(['slack update posted 1772619307.000100']);
  // The next update goes to the same thread, and the posted one is not offered again.
  ana.commands.sendIncident('INC-1', 'update');
  await ana.settled();
  expect(ana.said.at(-1)).toBe('the latest update is already posted. Record a new one first');
  ana.commands.addToIncident('INC-1', { event: 'status', status: 'identified', text: 'pool' });
  await ana.settled();
  expect(ana.begun.at(-1)?.inputs).toMatchObject({
    update: '4',
    'reply-to': '1772619307.000100',
    text: 'IDENTIFIED pool',
  });
});

test('a cockpit that died while it posted: the next one says that the update may have been posted', async () => {
  const dir = await stateDirOf();
  const ana = await cockpitIn(dir);
  ana.commands.declareIncident('Orders fail');
  ana.commands.addToIncident('INC-1', { event: 'update', text: 'restarting', to: '' });
  await ana.settled();
  await recordRun(dir, 'run-1', 'incident-update', { incident: 'INC-1', update: 2 }, [acting]);
  const next = await cockpitIn(dir);
  await next.second();
  await next.second();
  expect(next.incident()?.updates).toMatchObject([{ text: 'restarting', posting: 'unknown' }]);
  expect(words(next.incident()?.timeline).at(-1)).toContain('update may have been posted');
});

test('a refused run has sent nothing; a declined one leaves no trace', async () => {
  const dir = await stateDirOf();
  const ana = await cockpitIn(dir);
  ana.commands.declareIncident('Orders fail');
  ana.commands.addToIncident('INC-1', { event: 'update', text: 'restarting', to: '' });
  await ana.settled();
  const params = { incident: 'INC-1', update: 2 };
  await recordRun(dir, 'run-1', 'incident-update', params, [
    { event: 'ended', ending: 'forbidden', why: 'not armed', sent: [] },
  ]);
  await recordRun(dir, 'run-2', 'incident-update', params, [
    { event: 'ended', ending: 'declined', why: 'the operator declined', sent: [] },
  ]);
  ana.keeper.ledgerWritten();
  await ana.second();
  await ana.second();
  expect(ana.incident()?.sentRuns).toEqual(['run-1']);
  expect(words(ana.incident()?.timeline).at(-1)).toBe('slack update not posted: not armed');
});

test('a practice run says nothing about a real incident', async () => {
  const dir = await stateDirOf();
  const ana = await cockpitIn(dir);
  ana.commands.declareIncident('Orders fail');
  await ana.settled();
  await recordRun(
    dir,
    'run-1',
    'incident-resolve',
    { incident: 'INC-1', page: '12' },
    [acting, acted, ended],
    true,
  );
  ana.keeper.ledgerWritten();
  await ana.second();
  expect(ana.incident()?.links).toEqual([]);
});

test('the linked PagerDuty incident is resolved, and a second issue is not filed', async () => {
  const dir = await stateDirOf();
  const ana = await cockpitIn(dir);
  ana.commands.declareIncident('Orders fail');
  ana.commands.sendIncident('INC-1', 'acknowledge');
  await ana.settled();
  expect(ana.begun).toEqual([{ id: 'incident-acknowledge', inputs: { incident: 'INC-1' } }]);
  await recordRun(dir, 'run-1', 'incident-acknowledge', { incident: 'INC-1', page: '12' }, [
    acting,
    acted,
    ended,
  ]);
  await recordRun(dir, 'run-2', 'incident-issue', { incident: 'INC-1', title: 't' }, [
    acting,
    { ...acted, made: { issue: '7' } },
    { event: 'output', step: 'a1', text: 'issue #7 https://github.example/acme/shop/issues/7' },
    ended,
  ]);
  ana.commands.sendIncident('INC-1', 'resolve');
  ana.commands.sendIncident('INC-1', 'issue');
  await ana.settled();
  expect(ana.begun.at(-1)).toEqual({ id: 'incident-resolve', inputs: { incident: 'INC-1', page: '12' } });
  expect(ana.said.at(-1)).toBe('issue #7 is filed');
  expect(ana.incident()?.links).toMatchObject([
    { service: 'pagerduty', reference: '#12' },
    { service: 'github', reference: '#7', url: 'https://github.example/acme/shop/issues/7' },
  ]);
});

test('a capture is a private file beside the record, and the timeline names it', async () => {
  const dir = await stateDirOf();
  const ana = await cockpitIn(dir);
  ana.commands.declareIncident('Orders fail');
  ana.commands.captureForIncident('INC-1', 'lag.svg', '<svg/>', 'Consumer lag at 10:15:00');
  ana.commands.captureForIncident('INC-1', 'lag.svg', '<svg>2</svg>', 'Consumer lag at 10:16:00');
  await ana.settled();
  const lines = words(ana.incident()?.timeline).filter((line) => line.startsWith('capture'));
  expect(lines).toEqual([
    `capture Consumer lag at 10:15:00: ${join(dir, 'incidents', 'INC-1', 'lag.svg')}`,
    `capture Consumer lag at 10:16:00: ${join(dir, 'incidents', 'INC-1', 'lag-2.svg')}`,
  ]);
  expect(await readFile(join(dir, 'incidents', 'INC-1', 'lag-2.svg'), 'utf8')).toBe('<svg>2</svg>');
});

test('without a source in the profile nothing is sent, and the reason is given', async () => {
  const dir = await stateDirOf();
  const ana = await cockpitIn(dir);
  ana.commands.sendIncident('INC-9', 'update');
  await ana.settled();
  expect(ana.begun).toEqual([]);
  ana.commands.addToIncident('INC-9', { event: 'note', text: 'x' });
  await ana.settled();
  expect(ana.said.at(-1)).toContain('not added to INC-9: no incident INC-9');
});

test('an incident is not resolved while a service is critical, unless a reason is given; both are in the record', async () => {
  const dir = await stateDirOf();
  const broken = snapshotWith({ health: [health('order-service', { status: 'down' })] });
  const ana = await cockpitIn(dir, 'ana', broken);
  ana.commands.declareIncident('Orders fail');
  const resolved = { event: 'status', status: 'resolved', text: 'it looks fine' } as const;
  ana.commands.addToIncident('INC-1', resolved);
  await ana.settled();
  expect(ana.incident()?.status).toBe('investigating');
  expect(ana.said.at(-1)).toMatch(/^INC-1 is not resolved: 1 open finding: critical: health .*order-service/);
  ana.commands.addToIncident('INC-1', { ...resolved, reason: ' ' });
  await ana.settled();
  expect(ana.incident()?.status).toBe('investigating');
  ana.commands.addToIncident('INC-1', { ...resolved, reason: 'decommissioned' });
  await ana.settled();
  expect(ana.incident()?.status).toBe('resolved');
  expect(words(ana.incident()?.timeline).at(-1)).toBe(
    'status resolved: it looks fine (1 open finding, because decommissioned)',
  );
  // A green environment needs no reason, and records none.
  const ben = await cockpitIn(await stateDirOf(), 'ben');
  ben.commands.declareIncident('Orders fail');
  ben.commands.addToIncident('INC-1', { ...resolved, reason: 'x' });
  await ben.settled();
  expect(words(ben.incident()?.timeline).at(-1)).toBe('status resolved: it looks fine');
});

test('a secret in an observed change is nowhere in the record', async () => {
  const dir = await stateDirOf();
  const ana = await cockpitIn(dir);
  ana.commands.declareIncident('Orders fail');
  await ana.settled();
  ana.happens(change('password hunter2'));
  await ana.second();
  expect(words(ana.incident()?.timeline)).toContain('level password ••• OK → CRIT');
  expect(await readFile(join(dir, 'incidents', 'INC-1.jsonl'), 'utf8')).not.toContain('hunter2');
});

test('a run names the person whose cockpit began it, whichever cockpit records it', async () => {
  const ana = await cockpitIn(await stateDirOf());
  ana.commands.declareIncident('Payments fail');
  await ana.settled();
  const ended = { kind: 'run', level: 'ok', change: 'RECOVERED', source: '', at: noon } as const;
  ana.happens(
    { ...ended, what: 'Restart billing', run: 'r-1' },
    { ...ended, what: 'Scale out billing', run: 'r-2', by: 'ben@desk-4' },
    change('health billing'),
  );
  await ana.second();
  const { timeline = [], actions = [] } = ana.incident() ?? {};
  expect(timeline.filter(({ word }) => word === 'level').map(({ who }) => who)).toEqual(['']);
  expect(actions.map(({ text, who }) => [text, who])).toEqual([
    ['Restart billing · RECOVERED', 'ana@desk'],
    ['Scale out billing · RECOVERED', 'ben@desk-4'],
  ]);
});

test('the output of a diagnosis that a card shows is attached once, masked, also if it is declined', async () => {
  const dir = await stateDirOf();
  const ana = await cockpitIn(dir);
  ana.commands.declareIncident('Orders fail');
  await ana.settled();
  const runbook = { id: 'pool', title: 'Pool exhausted' } as RunView['runbook'];
  const step = { title: 'Sessions', lines: ['user=app pass hunter2'], faults: [], since: noon };
  ana.shows({ runbook, diagnosis: { d1: { ...step, done: false } } });
  ana.shows({ runbook, diagnosis: { d1: { ...step, done: true } } });
  ana.shows({
    runbook,
    diagnosis: { d1: { ...step, done: true }, d2: { ...step, title: 'Locks', done: true } },
  });
  await ana.second();
  // The view is replaced while nothing of the diagnosis changes, and then a step is added.
  ana.shows({ runbook, diagnosis: {} });
  const done = { ...step, done: true };
  ana.shows({ runbook, diagnosis: { d1: done, d2: { ...done, title: 'Locks' } } });
  await ana.second();
  const attached = ana.incident()?.timeline.filter(({ word }) => word === 'diagnosis') ?? [];
  expect(attached.map(({ text, details }) => [text, details])).toEqual([
    ['Pool exhausted: Sessions', ['user=app pass •••']],
    ['Pool exhausted: Locks', ['user=app pass •••']],
  ]);
});
