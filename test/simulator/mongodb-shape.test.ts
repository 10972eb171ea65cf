import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MongoEndpoint } from '../../src/simulator/servers/mongodb/endpoint.ts';
import { mongodb } from '../../src/sources/mongodb/index.ts';
import { contractMongo, openSimulatedMongo } from '../contract/rigs/mongodb-simulator.ts';
import { secret } from '../contract/wired.ts';
import { openTee } from '../real/recording/tee.ts';
import { mongoProtocol } from '../replay/frames.ts';
import { type MongoAnswer, mongoAnswers } from '../replay/mongodb-answers.ts';
import { mongodbScenarios } from '../replay/mongodb-scenarios.ts';
import { play, type Scenario } from '../replay/open-through.ts';
import { wireRecording } from '../replay/recording.ts';
import { longTest } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';
import { differences, shapeOf } from './support-shape.ts';

let simulator: MongoEndpoint;
beforeAll(async () => {
  const { replicaSet: _, ...standalone } = contractMongo;
  simulator = await openSimulatedMongo(manualClock(), { spec: standalone });
});
afterAll(() => simulator.close());

/** A command of a scenario with the reply of mongo-java-server and that of the simulator. */
interface Pair {
  readonly name: string;
  readonly call: string;
  readonly real: MongoAnswer['reply'];
  readonly ours: MongoAnswer['reply'];
}

const pairsOf = async (scenario: Scenario): Promise<readonly Pair[]> => {
  const recording = wireRecording(`mongo-java-server-1.47/${scenario.name}`);
  const tee = openTee(() => simulator.port, mongoProtocol);
  const login = { url: `${String(scenario.entry.url)}?authSource=admin`, user: 'opsdeck', password: secret };
  await play(mongodb, { ...scenario, entry: login }, { dial: tee.dial, at: recording.at });
  const simulated = new Map(mongoAnswers(tee.connections).map(({ call, reply }) => [call, reply]));
  return mongoAnswers(recording.connections).flatMap(({ name, call, reply: real }) => {
    // The recorded server has no `hello`, and the simulator is never asked by its earlier name.
    const ours = simulated.get(name === 'isMaster' ? call.replace('isMaster', 'hello') : call);
    if (name === 'hello') return [];
    if (ours === undefined) throw new Error(`the simulator was not asked ${call}`);
    return [{ name, call, real, ours }];
  });
};

/** Fields of an error; mongo-java-server also sends its text as `$err`. */
const errorOf = ({ ok, code, codeName, errmsg }: MongoAnswer['reply']) => ({ ok, code, codeName, errmsg });
const batchOf = ({ cursor }: MongoAnswer['reply']): unknown => Object(cursor).firstBatch;

const missingAt = (path: string): string => `${path} is missing`;
/** Fields of mongo-java-server that MongoDB 7.0 does not have, or not in this reply. Source: MongoDB docs, Database Commands. */
const olderFields: ReadonlySet<string> = new Set(
  [
    // Removed with the storage engine MMAPv1.
    ...['dbStats.numExtents', 'dbStats.fileSize', 'dbStats.nsSizeMB'],
    // `nameOnly` was requested.
    ...['options', 'info', 'idIndex'].map((field) => `listCollections.cursor.firstBatch.[].${field}`),
  ].map(missingAt),
);

describe.each(mongodbScenarios)('$name', (scenario) => {
  test('documents, counts, indexes and errors equal those of mongo-java-server', async () => {
    for (const { name, call, real, ours } of await pairsOf(scenario)) {
      // The simulator has stages and a login that the recorded server lacks.
      if (name === 'aggregate $collStats') continue;
      if (real.ok !== 1) expect(errorOf(ours), call).toEqual(errorOf(real));
      else if (name === 'count') expect(ours, call).toEqual(real);
      else if (['aggregate', 'find', 'listIndexes'].includes(name))
        expect(batchOf(ours), call).toEqual(batchOf(real));
    }
  });

  test('every field has the type of the real one', async () => {
    for (const { name, call, real, ours } of await pairsOf(scenario)) {
      if (real.ok !== 1) continue;
      const found = differences(shapeOf(ours), shapeOf(real), name).filter(
        // MongoDB 7.0 has more fields, and a list of the recorded server may be empty.
        (difference) =>
          !difference.endsWith('is not in the real answer') &&
          !difference.endsWith('the real one "nothing"') &&
          !olderFields.has(difference),
      );
      expect(found, call).toEqual([]);
    }
  });
});

longTest('the comparison covers every command that mongo-java-server answers', async () => {
  const names = new Set((await Promise.all(mongodbScenarios.map(pairsOf))).flat().map(({ name }) => name));
  expect([...names].sort()).toEqual([
    'aggregate',
    'aggregate $collStats',
    'aggregate $indexStats',
    'buildInfo',
    'connectionStatus',
    'count',
    'dbStats',
    'find',
    'isMaster',
    'listCollections',
    'listDatabases',
    'listIndexes',
    'ping',
    'replSetGetStatus',
    'serverStatus',
  ]);
});
