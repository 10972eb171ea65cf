import { beforeAll, describe, test } from 'vitest';
import { aws } from '../../../src/sources/aws/index.ts';
import { awsScenarios } from '../../replay/aws-scenarios.ts';
import { play } from '../../replay/open-through.ts';
import { fillMoto } from '../moto/account.ts';
import { openHttpTap } from '../recording/http-tap.ts';
import { save } from '../recording/save.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const origin = `http://127.0.0.1:${server.port}`;
const [major, minor] = server.version.split('.');

describe('recording of moto', () => {
  const time = new Date().toISOString();
  beforeAll(() => fillMoto(server, 'eu-central-1', Date.parse(time)), 60_000);

  test.each(awsScenarios)('$name: $asked', async (scenario) => {
    const tap = openHttpTap({ origin });
    await play(aws, scenario, { dial: tap.dial, at: time });
    // The URLs of queues have the address of the server.
    const neutral = JSON.stringify(tap.exchanges()).replaceAll(
      `127.0.0.1:${server.port}`,
      'aws.example:4566',
    );
    await save(`moto-${major}.${minor}/${scenario.name}`, {
      server: `Moto ${server.version}`,
      at: time,
      asked: scenario.asked,
      tools: {},
      exchanges: JSON.parse(neutral),
    });
  });
});
