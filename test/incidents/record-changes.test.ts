import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SignalRow } from '../../src/domain/facts/snapshot.ts';
import type { IncidentEvent } from '../../src/domain/incidents/incident-event.ts';
import {
  attachToOpen,
  declaredEvent,
  declareWithSignals,
  isIncidentOf,
  isPostable,
  judgeStatus,
} from '../../src/incidents/record-changes.ts';
import { type IncidentFiles, incidentFiles } from '../../src/persistence/incidents/incident-files.ts';
import { health, noon, snapshotWith } from '../support/made-facts.ts';

const scope = { system: 'shop', env: 'production', isDrill: false };
const green = snapshotWith({});
const broken = snapshotWith({ health: [health('order-service', { status: 'down' })] });

const records = async (): Promise<IncidentFiles> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-incidents-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return incidentFiles(dir, (text) => text);
};

const declaredIn = (files: IncidentFiles, title: string, signals: readonly SignalRow[] = []) =>
  declareWithSignals(files, declaredEvent(scope, { title, commander: 'ana@desk' }), {
    who: 'ana@desk',
    wallNow: () => noon,
    snapshot: () => ({ ...green, signals }),
  });

const lag: SignalRow = {
  ...{ key: 'lag', id: 'lag', title: 'Consumer lag', value: 7, unit: '', labels: {} },
  ...{ level: 'crit', source: 'kafka', stale: false },
};

describe('a declaration', () => {
  test('has an empty text for everything that is not known, and says whether it is a drill', () => {
    const declaration = { title: 'Orders fail', commander: 'ana@desk' };
    expect(declaredEvent(scope, declaration)).toEqual({
      ...{ event: 'declared', system: 'shop', env: 'production' },
      ...{ title: 'Orders fail', severity: '', reason: '', impact: '', services: '', commander: 'ana@desk' },
    });
    expect(declaredEvent({ ...scope, isDrill: true }, { ...declaration, severity: 'P1' })).toMatchObject({
      severity: 'P1',
      drill: true,
    });
  });

  test('is followed by the signals of the environment, if it has any', async () => {
    const files = await records();
    expect(await declaredIn(files, 'Orders fail', [lag])).toBe('INC-1');
    expect(await declaredIn(files, 'Payments fail')).toBe('INC-2');
    const timelines = (await files.read()).incidents.map(({ timeline }) => timeline.map(({ word }) => word));
    expect(timelines).toEqual([['declared', 'signals'], ['declared']]);
  });

  test('belongs to its environment, as a drill or not', () => {
    expect(isIncidentOf(scope, scope)).toBe(true);
    expect(isIncidentOf(scope, { ...scope, env: 'staging' })).toBe(false);
    expect(isIncidentOf(scope, { ...scope, isDrill: true })).toBe(false);
  });
});

test('attachments are added to each open incident once; to one that was resolved meanwhile, none', async () => {
  const files = await records();
  for (const title of ['Orders fail', 'Payments fail']) await declaredIn(files, title);
  const { incidents } = await files.read();
  await files.append('INC-2', 'ben@desk', noon, () => [{ event: 'status', status: 'resolved', text: '' }]);
  const attached: IncidentEvent = {
    ...{ event: 'attached', kind: 'diagnosis', key: 'diagnosis pool d1', title: 'Pool: Sessions' },
    ...{ lines: ['3 idle'], level: 'ok', seenAt: noon },
  };
  for (const _ of ['once', 'again'])
    await attachToOpen(files, incidents, [attached], { who: 'ana@desk', at: noon });
  const words = (await files.read()).incidents.map(({ timeline }) => timeline.map(({ word }) => word));
  expect(words).toEqual([
    ['declared', 'diagnosis'],
    ['declared', 'status'],
  ]);
});

describe('a change of the status', () => {
  const services = { services: '' };
  const resolved = { event: 'status', status: 'resolved', text: 'fixed' } as const;

  test('is recorded as it is, unless it resolves the incident', () => {
    const event = { event: 'status', status: 'monitoring', text: '', reason: 'x' } as const;
    expect(judgeStatus(services, event, broken)).toEqual({ event });
  });

  test('to resolved needs a reason while something is critical, and records both', () => {
    const findings = [expect.stringMatching(/^critical: health .*order-service/)];
    expect(judgeStatus(services, resolved, broken)).toEqual({ findings });
    expect(judgeStatus(services, { ...resolved, reason: ' ' }, broken)).toEqual({ findings });
    expect(judgeStatus(services, { ...resolved, reason: ' decommissioned ' }, broken)).toEqual({
      event: { ...resolved, reason: 'decommissioned', notGreen: findings },
    });
  });

  test('to resolved records no reason while everything is green, also none that was given earlier', () => {
    const earlier = { ...resolved, reason: 'decommissioned', notGreen: ['critical: health order-service'] };
    expect(judgeStatus(services, earlier, green)).toEqual({ event: resolved });
  });
});

test.each<[IncidentEvent, boolean]>([
  [{ event: 'update', text: 'restarting', to: '' }, true],
  [{ event: 'status', status: 'identified', text: 'pool exhausted' }, true],
  [{ event: 'status', status: 'identified', text: '' }, false],
  [{ event: 'note', text: 'called Bea' }, false],
])('%j: does it have a text for stakeholders?', (event, postable) => {
  expect(isPostable(event)).toBe(postable);
});
