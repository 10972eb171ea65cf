import { beforeAll, describe, test } from 'vitest';
import { mongodb } from '../../../src/sources/mongodb/index.ts';
import { mongoProtocol } from '../../replay/frames.ts';
import { mongodbScenarios } from '../../replay/mongodb-scenarios.ts';
import { play } from '../../replay/open-through.ts';
import { fillMongo } from '../mongodb/collections.ts';
import { save } from '../recording/save.ts';
import { openTee } from '../recording/tee.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const [major, minor] = server.version.split('.');
const directory = `mongo-java-server-${major}.${minor}`;

/** Replaces the name of the machine, the text of each field `host`, by one of the same length. */
const neutral = (message: string): string =>
  message.replaceAll(
    /(\x02host\0[\s\S]{4})([^\0]+)/g,
    (_, field: string, { length }: string) =>
      `${field}${'mongodb.example'.padEnd(length, '-').slice(0, length)}`,
  );

describe('recording of mongo-java-server', () => {
  beforeAll(async () => void (await fillMongo(server)));

  test.each(mongodbScenarios)('$name: $asked', async (scenario) => {
    const tee = openTee(() => server.port, mongoProtocol);
    const time = new Date().toISOString();
    await play(mongodb, scenario, { dial: tee.dial, at: time });
    await save(`${directory}/${scenario.name}`, {
      server: `Mongo java server ${server.version}`,
      at: time,
      asked: scenario.asked,
      tools: {},
      connections: tee.connections.map((messages) => messages.map(neutral)),
    });
  });
});
