import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { expositionText, instanceFamilies } from '../../src/simulator/exposition/exposition.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import type { ParsedRequest, ServerReply } from '../../src/simulator/servers/http/http-server.ts';
import { resolveInstance } from '../../src/simulator/servers/http/simulator-context.ts';
import { profilerHandler } from '../../src/simulator/servers/kubernetes/go-profiler.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { longTest } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';

/** The saga platform, with the pages of single instances. */
const platform = (incident?: string) => {
  const clock = manualClock();
  const model = new SystemModel(systemSpec('saga'), { startedAt: clock.now() });
  if (incident !== undefined) model.injectEarlier(incident, 'production');
  const view = { model, clock, env: 'production' };
  const value = (instance: string, series: string): number => {
    const lines = expositionText(instanceFamilies(resolveInstance(view, instance))).split('\n');
    const line = lines.find((candidate) => candidate.startsWith(`${series} `));
    return Number(line?.split(' ').at(-1) ?? expect.fail(`${instance} has no ${series}`));
  };
  const profile = (instance: string, page: string, debug = '1'): ServerReply | 'cut' => {
    const ask: ParsedRequest = {
      method: 'GET',
      path: ['debug', 'pprof', page],
      query: new URLSearchParams({ debug }),
      body: '',
      rawPath: `/debug/pprof/${page}`,
      contentType: '',
      host: '127.0.0.1',
    };
    return profilerHandler(view, instance)(ask);
  };
  return { value, profile, pass: (seconds: number) => clock.advance(seconds * 1000) };
};

const open = 'database_connections{state="open"}';
const most = 'database_connections{state="max"}';

longTest('a Go service reports its pool by state, and keeps at most its idle limit', () => {
  const it = platform();
  expect(it.value('saga-orchestrator-0', most)).toBe(20);
  expect(it.value('saga-orchestrator-0', 'database_connections{state="idle"}')).toBe(5);
  expect(it.value('saga-orchestrator-0', open)).toBe(
    5 + it.value('saga-orchestrator-0', 'database_connections{state="in_use"}'),
  );
  expect(it.value('saga-orchestrator-0', 'saga_completed_total')).toBeGreaterThan(0);
});

longTest('a Java service has its own format', () => {
  const it = platform();
  expect(it.value('payment-service-0', 'hikaricp_connections_max{pool="HikariPool-1"}')).toBe(10);
  expect(() => it.value('payment-service-0', 'go_goroutines')).toThrow('has no go_goroutines');
});

longTest('while others hold the database slots, all of its own are open', () => {
  const it = platform('pool-exhaustion');
  expect(it.value('inventory-service-0', open) / it.value('inventory-service-0', most)).toBe(1);
});

test('a leak is visible in goroutines and heap, in this service only, and grows', async () => {
  const it = platform('memory-leak');
  // Its container has been killed and restarted in the meantime.
  await it.pass(10);
  const before = it.value('saga-orchestrator-0', 'go_goroutines');
  expect(before).toBeGreaterThan(1000);
  expect(it.value('inventory-service-0', 'go_goroutines')).toBeLessThan(200);
  await it.pass(3);
  expect(it.value('saga-orchestrator-0', 'go_goroutines')).toBeGreaterThan(before);
  const total = it.value('saga-orchestrator-0', 'go_goroutines');
  expect(it.profile('saga-orchestrator-0', 'goroutine')).toMatchObject({
    status: 200,
    text: expect.stringMatching(`^goroutine profile: total ${total}\n`),
  });
  expect(it.profile('saga-orchestrator-0', 'heap')).toMatchObject({
    text: expect.stringMatching(/^heap profile: \d+: \d{9} \[/),
  });
});

test('the profiler serves these two pages as text; Java services have none', () => {
  const it = platform();
  expect(it.profile('saga-orchestrator-0', 'trace')).toMatchObject({ status: 404 });
  const packed = it.profile('saga-orchestrator-0', 'heap', '0');
  const bytes = packed === 'cut' ? undefined : packed.bytes;
  expect(gunzipSync(bytes ?? Buffer.alloc(0)).toString('latin1')).toContain(
    'main.(*Orchestrator).awaitReply',
  );
  expect(it.profile('saga-orchestrator-0', 'goroutine', '0')).toMatchObject({ status: 400 });
  expect(it.profile('payment-service-0', 'heap')).toBe('cut');
});
