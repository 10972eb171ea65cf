import { beforeAll, describe, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { loki } from '../../../src/sources/loki/index.ts';
import { lokiPages, lokiScenarios } from '../../replay/loki-scenarios.ts';
import { play, type Scenario } from '../../replay/open-through.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { nowNs, push, untilFound } from '../loki/push.ts';
import { until } from '../machine/until.ts';
import { type HttpTap, openHttpTap } from '../recording/http-tap.ts';
import { save } from '../recording/save.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const namespace = 'recorded';
const origin = `http://127.0.0.1:${server.port}`;
const directory = `loki-${server.version.split('.').slice(0, 2).join('.')}`;
const secondNs = 1_000_000_000n;

/** Writes two lines once the tail is open. */
const writing = async (tap: HttpTap): Promise<void> => {
  await until('the tail is open', async () => tap.exchanges().some(({ status }) => status === 101));
  const now = nowNs();
  await push(server, { namespace, app: 'worker' }, [
    [now, 'WARN second of worker'],
    [now + 1n, 'third of worker ✓'],
  ]);
};

const { signal } = new AbortController();

const write = (
  { name, asked }: Pick<Scenario, 'name' | 'asked'>,
  time: string,
  tap: HttpTap,
): Promise<void> =>
  save(`${directory}/${name}`, {
    server: `Grafana Loki ${server.version}`,
    at: time,
    asked,
    tools: {},
    exchanges: tap.exchanges(),
  });

describe('recording of Loki', () => {
  beforeAll(async () => {
    const at = nowNs() - 600n * secondNs;
    await push(server, { namespace, app: 'api' }, [
      [at, 'INFO started'],
      [at + secondNs, 'ERROR \x1b[31mdatabase\x1b[0m is gone'],
      [at + 2n * secondNs, 'ERROR still gone'],
      [at + 2n * secondNs, 'INFO of the same nanosecond ✓'],
    ]);
    await push(server, { namespace, app: 'worker' }, [[at, 'first of worker']]);
    await untilFound(server, `{namespace="${namespace}",app="worker"}`);
  });

  test.each(lokiScenarios)('$name: $asked', async (scenario) => {
    const tap = openHttpTap({ origin });
    const time = new Date().toISOString();
    await play(loki, scenario, {
      dial: tap.dial,
      at: time,
      meanwhile: () => (scenario.name === 'tail' ? writing(tap) : Promise.resolve()),
    });
    await write(scenario, time, tap);
  });

  test('pages: labels and their values', async () => {
    const tap = openHttpTap({ origin });
    const time = new Date().toISOString();
    const io = openReadIo(manualClock(Date.parse(time)), { dial: tap.dial });
    for (const path of lokiPages) await io.get({ url: `http://loki.example:3100${path}` }, signal);
    await io.close();
    await write({ name: 'pages-of-labels', asked: 'labels and their values' }, time, tap);
  });
});
