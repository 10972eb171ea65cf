import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AcknowledgedFinding } from '../../../../src/domain/incidents/acknowledgement.ts';
import { acknowledgementEnd, acknowledgementOf } from '../../../../src/domain/incidents/acknowledgement.ts';
import type { OpenedEnvironment } from '../../../../src/engine/cockpit/environment/cockpit-parts.ts';
import { createAcknowledgements } from '../../../../src/engine/cockpit/incidents/acknowledgements.ts';
import { acknowledgementFile } from '../../../../src/persistence/files/acknowledgement-file.ts';
import { createCockpitStore } from '../../../../src/store/cockpit.ts';
import { noon } from '../../../support/made-facts.ts';

/** A state directory that is removed after the test. */
const stateDirOf = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-acknowledged-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
};

const broker: AcknowledgedFinding = {
  finding: 'health api/broker',
  what: 'Health broker',
  level: 'warn',
  source: 'api',
  row: 'api/broker',
};
const disk: AcknowledgedFinding = {
  finding: 'signals disk',
  what: 'Threshold matrix disk',
  level: 'warn',
  source: 'prom',
};

const environment = (env = 'production', more: object = {}): OpenedEnvironment =>
  ({ profile: { system: 'shop', env }, who: { user: 'ana', host: 'desk-3' }, ...more }) as OpenedEnvironment;

/** A cockpit with an open environment; `stateDir` is that of the machine. */
const cockpitIn = async (stateDir: string, opened = environment()) => {
  const cockpit = createCockpitStore();
  const said: string[] = [];
  const file = acknowledgementFile(stateDir, (text) => text.replaceAll('hunter2', '…'));
  const keeper = createAcknowledgements({
    cockpit,
    clock: { now: () => noon, wallOffset: () => 1000 },
    file: () => file,
    opened: () => opened,
    say: (text) => said.push(text),
  });
  keeper.open(opened);
  await keeper.settled();
  return {
    keeper,
    said,
    file,
    known: () => cockpit.getState().acknowledged,
    journal: () => cockpit.getState().journal.map(({ what, change, level }) => `${level} ${what}: ${change}`),
    messages: () => cockpit.getState().messages.map(({ text }) => text),
  };
};

describe('acknowledgementEnd', () => {
  test.each([
    ['warn', { is: 'present', level: 'crit' }, { is: 'worse', level: 'crit' }],
    ['warn', { is: 'present', level: 'warn' }, undefined],
    ['crit', { is: 'present', level: 'warn' }, undefined],
    ['unknown', { is: 'present', level: 'warn' }, { is: 'worse', level: 'warn' }],
    ['crit', { is: 'gone' }, { is: 'gone' }],
    ['crit', { is: 'unseen' }, undefined],
  ] as const)('acknowledged as %s, now %j: %j', (level, observed, expected) =>
    expect(acknowledgementEnd({ level }, observed)).toEqual(expected),
  );
});

describe('acknowledgements', () => {
  test('a finding with a secret in its identity is stored by a digest, and is found again', async () => {
    const dir = await stateDirOf();
    const finding = 'matrix errors token=hunter2';
    const onlyFirst = {
      finding,
      what: 'Threshold matrix errors hunter2',
      level: 'crit',
      source: 'prom',
      row: 'errors hunter2',
    } as const;
    const first = await cockpitIn(dir);
    first.keeper.acknowledge([onlyFirst], '');
    await first.keeper.settled();
    expect(await readFile(first.file.path, 'utf8')).not.toContain('hunter2');
    const second = await cockpitIn(dir);
    expect(acknowledgementOf(second.known(), finding)).toMatchObject({ what: 'Threshold matrix errors …' });
    expect(acknowledgementOf(second.known(), 'matrix other')).toBeUndefined();
    second.keeper.withdrawAcknowledgements([finding]);
    await second.keeper.settled();
    expect(acknowledgementOf(second.known(), finding)).toBeUndefined();
  });

  test('carry operator, time and note, and are in the journal', async () => {
    const dir = await stateDirOf();
    const { keeper, known, journal, messages } = await cockpitIn(dir);
    keeper.acknowledge([broker], 'asked the provider');
    await keeper.settled();
    expect(known()[broker.finding]).toEqual({
      ...broker,
      who: 'ana@desk-3',
      at: noon + 1000,
      note: 'asked the provider',
    });
    expect(journal()).toEqual(['ok Health broker: acknowledged by ana@desk-3: asked the provider']);
    expect(messages()).toEqual(['Health broker: acknowledged by ana@desk-3: asked the provider']);
  });

  test('survive a restart, per environment, in a private file', async () => {
    const dir = await stateDirOf();
    const first = await cockpitIn(dir);
    first.keeper.acknowledge([broker, disk], '');
    await first.keeper.settled();
    expect((await stat(first.file.path)).mode & 0o777).toBe(0o600);
    const second = await cockpitIn(dir);
    expect(Object.keys(second.known())).toEqual([broker.finding, disk.finding]);
    expect((await cockpitIn(dir, environment('staging'))).known()).toEqual({});
    second.keeper.withdrawAcknowledgements([disk.finding]);
    await second.keeper.settled();
    expect(second.journal()).toEqual([
      'ok Threshold matrix disk: the acknowledgement was withdrawn by ana@desk-3',
    ]);
    expect(Object.keys((await cockpitIn(dir)).known())).toEqual([broker.finding]);
  });

  test('of two cockpits at the same time are both kept; each sees those of the other', async () => {
    const dir = await stateDirOf();
    const a = await cockpitIn(dir);
    const b = await cockpitIn(dir);
    a.keeper.acknowledge([broker], 'a');
    b.keeper.acknowledge([disk], 'b');
    await Promise.all([a.keeper.settled(), b.keeper.settled()]);
    a.keeper.reload();
    b.keeper.reload();
    await Promise.all([a.keeper.settled(), b.keeper.settled()]);
    expect(a.known()).toEqual(b.known());
    expect(Object.keys(a.known())).toHaveLength(2);
  });

  test('end by themselves with the reason', async () => {
    const dir = await stateDirOf();
    const { keeper, known, journal } = await cockpitIn(dir);
    keeper.acknowledge([broker, disk], '');
    keeper.endAcknowledgements([
      { finding: broker.finding, end: { is: 'worse', level: 'crit' } },
      { finding: disk.finding, end: { is: 'gone' } },
      { finding: 'unknown', end: { is: 'gone' } },
    ]);
    await keeper.settled();
    expect(known()).toEqual({});
    expect(journal().slice(2)).toEqual([
      'crit Health broker: acknowledgement ended: WARN → CRIT',
      'ok Threshold matrix disk: acknowledgement ended: resolved',
    ]);
    expect((await cockpitIn(dir)).known()).toEqual({});
  });

  test('contain no secret in the file', async () => {
    const dir = await stateDirOf();
    const { keeper, file } = await cockpitIn(dir);
    keeper.acknowledge([broker], 'the password is hunter2');
    await keeper.settled();
    expect(await readFile(file.path, 'utf8')).not.toContain('hunter2');
  });

  test('of a drill of a real environment are not stored', async () => {
    const dir = await stateDirOf();
    const { keeper, known } = await cockpitIn(dir, environment('production', { simulator: {} }));
    keeper.acknowledge([broker], '');
    await keeper.settled();
    expect(Object.keys(known())).toEqual([broker.finding]);
    expect((await cockpitIn(dir)).known()).toEqual({});
  });

  test('an invalid file is set aside and reported', async () => {
    const dir = await stateDirOf();
    await writeFile(join(dir, 'acknowledged.json'), '{"opsdeck": 1, "acknowledged": [{}]}');
    const { known, said } = await cockpitIn(dir);
    expect(known()).toEqual({});
    expect(said).toEqual([
      `cannot read the acknowledgements: none are loaded. Correct ${join(dir, 'acknowledged.json.broken')} and rename it back`,
    ]);
  });

  test('last for the session when they cannot be written', async () => {
    const dir = join(await stateDirOf(), 'file');
    await writeFile(dir, '');
    const { keeper, known, said } = await cockpitIn(dir);
    keeper.acknowledge([broker], '');
    await keeper.settled();
    expect(Object.keys(known())).toEqual([broker.finding]);
    expect(said).toEqual([
      expect.stringContaining('cannot save the acknowledgements, so they last only for this session: '),
    ]);
  });
});
