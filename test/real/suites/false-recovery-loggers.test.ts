import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { ask } from '../ask.ts';
import { isNotRecovered, isRecovered, lever, patientMs, type Situation } from '../false-recovery/attempt.ts';
import { type Lever, openLever } from '../false-recovery/lever.ts';
import { startShop } from '../servers/spring.ts';
import { detailOf, underTest } from '../setting.ts';
import { type Shop, shopAt } from '../shop.ts';

/** The logger that writes how each request ended, and its parent, of which other loggers go on when the first is silent. */
const outcomes = 'org.springframework.web.servlet.DispatcherServlet';
const web = 'org.springframework.web';
const dependency = 'payments';
const betweenCallsMs = 100;

let stack: AsyncDisposableStack;
let idle: Lever;
let shop: Shop;
let logFile: string;
let setLevel: (logger: string, configuredLevel: string | null) => Promise<unknown>;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  idle = stack.use(await openLever());
  const dir = await mkdtemp(join(tmpdir(), 'orders-'));
  stack.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 10 }));
  const port = await freePort();
  const jar = detailOf(underTest(), 'jar');
  const launched = await startShop({ jar, dir, port, signal: AbortSignal.timeout(120_000) });
  stack.defer(() => launched.end());
  logFile = join(dir, 'shop.log');
  const address = { ...underTest(), port };
  shop = shopAt(address);
  setLevel = (logger, configuredLevel) =>
    ask(address, `/actuator/loggers/${logger}`, { method: 'POST', body: { configuredLevel } });
  await setLevel(web, 'DEBUG');
  const timer = setInterval(() => void shop.call(dependency).catch(() => undefined), betweenCallsMs);
  stack.defer(() => clearInterval(timer));
}, 150_000);
afterAll(() => stack.disposeAsync());
afterEach(() => setLevel(outcomes, null));

const openFailing = async (): Promise<Situation> => {
  await shop.breakDependency(dependency);
  await new Promise((resolve) => setTimeout(resolve, 6000));
  return {
    sources: { [lever]: idle.source, log: { type: 'file', paths: [logFile], every: '1s' } },
    logs: { views: [{ name: 'failed', include: 'Completed 50[23]' }] },
    signals: [
      {
        ...{ id: 'failures', title: 'Failed calls', source: 'log', unit: '', crit: '>=5' },
        read: { lines: 'failed', per: '5s' },
      },
    ],
    when: 'failures >= 5',
    verify: ['failures < 1'],
    within: '25s',
  };
};

describe('failed calls in the log of a Spring application, after an action without effect', {
  timeout: patientMs,
}, () => {
  test.for(['OFF', 'WARN'])('the logger that tells them is set to %s: not recovered', async (level) =>
    isNotRecovered(
      { ...(await openFailing()), afterwards: () => setLevel(outcomes, level) },
      /logger|DispatcherServlet/i,
    ),
  );

  test('the calls succeed again: recovered', async () =>
    isRecovered({
      ...(await openFailing()),
      afterwards: () => shop.reset(dependency),
    }));
});
