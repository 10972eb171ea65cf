import { afterAll, expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { LogEvent } from '../../../src/logs/reading/tail.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { actuator } from '../../../src/sources/actuator/index.ts';
import { secret } from '../../contract/wired.ts';
import { ask } from '../ask.ts';
import { user } from '../servers/passwords.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const logger = '/actuator/loggers/org.springframework.web';
const setLevel = (configuredLevel: string | null) =>
  ask(server, logger, { method: 'POST', body: { configuredLevel } });

afterAll(() => setLevel(null));

const textOf = (event: LogEvent): string => {
  if (event.is === 'fault') throw new Error(event.fault.message);
  return event.is === 'chunk' ? Buffer.from(event.bytes).toString() : '';
};

test('the log file over HTTP: its last lines, then a line of a request made meanwhile', async () => {
  const config = actuator.config.parse({
    service: 'shop',
    url: `http://127.0.0.1:${server.port}/actuator`,
    auth: { basic: { user, password: secret } },
    logs: true,
  });
  const source = await actuator.open(
    { id: 's', env: 'test', config, signals: [] },
    openReadIo(systemClock()),
  );
  const over = new AbortController();
  const [tail] = (await source.tails?.('shop', over.signal)) ?? [];
  await setLevel('DEBUG');
  let text = '';
  let isCalled = false;
  for await (const event of tail?.open({ lines: 5, follow: true }, over.signal) ?? []) {
    text += textOf(event);
    if (!isCalled) await ask(server, '/actuator/info');
    isCalled = true;
    if (/GET "\/actuator\/info"/.test(text)) over.abort();
  }
  await source.close();
  expect(text).toMatch(/GET "\/actuator\/info"/);
  // A level and a time per line: whole lines of Spring's own pattern.
  expect(text.trimEnd().split('\n')[0]).toMatch(/^\d{4}-\d\d-\d\dT\S+ +(?:INFO|DEBUG|WARN) /);
});
