import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { secret } from '../../contract/wired.ts';
import { freePort } from '../../support/free-port.ts';
import { isNotRecovered, isRecovered, lever, patientMs, type Situation } from '../false-recovery/attempt.ts';
import { type Lever, openLever } from '../false-recovery/lever.ts';
import type { Launched } from '../machine/launch.ts';
import { openProxy, type Proxy as TcpProxy } from '../proxy.ts';
import { user } from '../servers/passwords.ts';
import { startShop } from '../servers/spring.ts';
import { detailOf, underTest } from '../setting.ts';
import { type Shop, shopAt } from '../shop.ts';

/** Another replica of the application, whose circuit breakers are closed. */
const replica = underTest();
/** A circuit breaker that the application creates with its first call. */
const lazy = 'payments';
const configured = 'broker';

let stack: AsyncDisposableStack;
let idle: Lever;
let proxy: TcpProxy;
let port: number;
let shop: Shop;
let start: () => Promise<void>;
let launched: Launched | undefined;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  idle = stack.use(await openLever());
  const dir = await mkdtemp(join(tmpdir(), 'orders-'));
  stack.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 10 }));
  port = await freePort();
  const jar = detailOf(replica, 'jar');
  start = async () => {
    launched = await startShop({ jar, dir, port, signal: AbortSignal.timeout(120_000) });
  };
  stack.defer(async () => launched?.end());
  await start();
  shop = shopAt({ ...replica, port });
  proxy = await openProxy(port);
  stack.defer(() => proxy.close());
  await shop.trip(lazy);
  await shop.trip(configured);
}, 150_000);
afterAll(() => stack.disposeAsync());

const about = (name: string, origin: string, verify: string): Situation => ({
  sources: {
    [lever]: idle.source,
    shop: {
      type: 'actuator',
      service: 'shop',
      instances: { 'shop-1': `${origin}/actuator` },
      auth: { basic: { user, password: '${env:SHOP}' } },
    },
  },
  when: `any(breakers[name = ${name}] | state = open)`,
  verify: [verify],
  within: '45s',
  env: { SHOP: secret },
});
const direct = (): string => `http://127.0.0.1:${port}`;

/** The restart happens once, after the actions of both runs. */
const restart = Promise.withResolvers<void>();
let acted = 0;
const restartOnce = async (): Promise<void> => {
  acted += 1;
  if (acted === 3) {
    await launched?.end();
    await start();
    restart.resolve();
  }
  return restart.promise;
};

describe.concurrent('after an action without effect', { timeout: patientMs }, () => {
  test.for([
    `not any(breakers[name = ${lazy}] | state = open)`,
    `all(breakers[name = ${lazy}] | state = closed)`,
  ])('a restart loses a circuit breaker: %s', (that) =>
    isNotRecovered({ ...about(lazy, direct(), that), afterwards: restartOnce }, /payments/),
  );

  test('another replica answers, whose circuit breaker is closed', () =>
    isNotRecovered(
      {
        ...about(configured, proxy.origin, `all(breakers[name = ${configured}] | state = closed)`),
        afterwards: async () => {
          proxy.leadTo(replica.port);
          await restartOnce();
        },
      },
      /another (server|instance|process)/i,
    ));
});

describe('after an action that works', () => {
  test('the circuit breaker stays closed: recovered', async () => {
    proxy.leadTo(port);
    await shop.trip(configured);
    await shop.repairDependency(configured);
    await isRecovered({
      ...about(configured, proxy.origin, `all(breakers[name = ${configured}] | state = closed)`),
      act: { use: 'shop.breaker', with: { name: configured, to: 'close' } },
      confirm: configured,
      within: '20s',
    });
  });
});
