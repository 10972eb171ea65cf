import { describe, expect, test } from 'vitest';
import type { Note } from '../../../src/domain/facts/facts.ts';
import type { Plan } from '../../../src/domain/runbooks/operation.ts';
import { mongodb } from '../../../src/sources/mongodb/index.ts';
import { mongoProtocol } from '../../replay/frames.ts';
import { mongodbScenarios } from '../../replay/mongodb-scenarios.ts';
import { type Played, play } from '../../replay/open-through.ts';
import { wireRecording } from '../../replay/recording.ts';
import { type Replay, replayInOrder } from '../../replay/replay-frames.ts';

/** Replays a scenario recorded from mongo-java-server. */
const replayed = async (name: string): Promise<Played & { readonly replay: Replay }> => {
  const scenario = mongodbScenarios.find((mongodbScenario) => mongodbScenario.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const recording = wireRecording(`mongo-java-server-1.47/${name}`);
  const replay = replayInOrder(recording, mongoProtocol);
  return { ...(await play(mongodb, scenario, { dial: replay.dial, at: recording.at })), replay };
};

const itemsOf = ({ batches }: Played) => batches.flatMap(({ items }) => items);
const faultsOf = ({ batches }: Played) => batches.flatMap(({ faults }) => faults);
const valuesOf = (played: Played): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...itemsOf(played), ...played.batches.flatMap(({ samples = [] }) => samples)].flatMap((item) =>
      'signal' in item && 'labels' in item ? [[item.signal, item.value ?? item.why]] : [],
    ),
  );
const linesOf = (played: Played): readonly string[] =>
  itemsOf(played)
    .filter((item): item is Note => 'title' in item)
    .map(({ title, text }) => `${title}: ${text}`);

describe('responses of mongo-java-server 1.47', () => {
  test.each(mongodbScenarios)('$name: every message sent is the recorded one', async ({ name }) => {
    const { replay } = await replayed(name);
    expect(replay.differences()).toEqual([]);
  });

  test('health: a standalone server without `hello` is up', async () => {
    expect(itemsOf(await replayed('health'))).toEqual(
      [1, 2].map(() => expect.objectContaining({ status: 'up', detail: '', service: 's' })),
    );
  });

  test('counts: comparisons, logic, patterns and relative times', async () => {
    const played = await replayed('counts');
    expect(faultsOf(played)).toEqual([]);
    expect(valuesOf(played)).toEqual({
      ...{ all: 6, failed: 3, open: 2, late: 3, old: 6 },
      ...{ either: 4, named: 2, one: 1, none: 0 },
    });
  });

  test('pipelines: groups, sums, dates, and a path that the reply does not have', async () => {
    expect(valuesOf(await replayed('pipelines'))).toEqual({
      largest: 2,
      total: 12.5,
      newest: '2026-03-04T06:00:00.000Z',
      counted: 1,
      nothing: 'the reply of MongoDB has no value at cursor.firstBatch[0].n: check path:',
    });
  });

  test('errors: the message of the server, and what it is not', async () => {
    expect(faultsOf(await replayed('errors')).map(({ kind, message }) => [kind, message])).toEqual([
      ['malformed', 'mongodb://mongodb.example:27017/shop queries:operator: unknown operator: $nope'],
      [
        'missing',
        'mongodb://mongodb.example:27017/shop values:lag: the server is not a member of a replica set, so there is no replication to show (not running with --replSet)',
      ],
    ]);
  });

  test('sizes: a server without $collStats has a database with a size', async () => {
    expect(linesOf(await replayed('sizes'))).toEqual([
      'database shop: 0 B on disk · 7 B in indexes',
      "events: size unknown: Unrecognized pipeline stage name: '$collStats'",
      "orders: size unknown: Unrecognized pipeline stage name: '$collStats'",
    ]);
  });

  test('indexes: keys and expiry', async () => {
    expect(
      linesOf(await replayed('indexes')).map((line) => line.replace(/unused in \d+s/, 'unused')),
    ).toEqual([
      'events._id_: { _id: 1 } · unused',
      'events.status_1: { status: 1 } · unused',
      'events.timestamp_1: { timestamp: 1 } · unused · its documents expire after 24h',
      'orders._id_: { _id: 1 } · unused',
    ]);
  });

  test('databases: a size that is not reported is unknown', async () => {
    expect(linesOf(await replayed('databases'))).toEqual(['local: unknown on disk', 'shop: unknown on disk']);
  });

  test('status: fields that serverStatus has, and those that it does not have', async () => {
    const played = await replayed('status');
    expect(valuesOf(played)).toEqual({
      uptime: expect.any(Number),
      version: '5.0.0',
      missing: 'the reply of MongoDB has no value at no.such.field: check path:',
    });
    expect(linesOf(played)).toContain('resident memory: unknown');
    expect(itemsOf(played)).toContainEqual(expect.objectContaining({ kind: 'mongodb', taken: 1 }));
    expect(itemsOf(played)).not.toContainEqual(expect.objectContaining({ max: expect.anything() }));
  });

  test('doctor: the version and the missing login', async () => {
    expect((await replayed('doctor')).findings.map(({ ok, what }) => [ok, what])).toEqual([
      [
        true,
        'MongoDB 5.0.0 at mongodb://mongodb.example:27017/shop as no user: mongodb.example:27017 is standalone',
      ],
      [false, 'no user is logged in: the server may not require a login'],
      [true, 'the server does not report the number of connections'],
    ]);
  });

  test('plans: changes with what they affect, and what is not applicable', async () => {
    const { plans } = await replayed('plans');
    const [create, twice, drop, none, update] = plans;
    expect(create).toMatchObject({
      objects: expect.arrayContaining(['shop.events: 6 documents', 'index status_1: { status: 1 }']),
    });
    expect(twice).toMatchObject({
      message: 'events already has the index status_1: { status: 1 }, so there is nothing to build',
    });
    expect(drop).toMatchObject({
      earlier: { with: { key: { timestamp: 1 }, name: 'timestamp_1', expireAfterSeconds: 86_400 } },
    });
    expect(none).toMatchObject({ message: 'events has no index none_1: getIndexes() lists the names' });
    const [restore] = Object((update as Plan).earlier).undo; // a plan, or the next line fails
    expect(restore).toMatchObject({
      with: {
        filter: { status: 'PENDING', 'retry.count': 1, error: { $exists: false } },
        update: { $set: { status: 'PROCESSING' }, $unset: { 'retry.count': '', error: '' } },
        max: 2,
      },
    });
  });
});
