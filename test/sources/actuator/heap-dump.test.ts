import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { startActuatorServer } from '../../../src/simulator/servers/spring/actuator.ts';
import { actuator } from '../../../src/sources/actuator/index.ts';
import { contractView } from '../../contract/rigs/simulator.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { scratchDir } from '../../support/scratch-dir.ts';

const { signal } = new AbortController();

/** A source with a state directory, and its operation. */
const stage = async (entry: object) => {
  const clock = manualClock();
  const stateDir = mkdtempSync(join(scratchDir(), 'opsdeck-heap-'));
  const config = actuator.config.parse({ service: 'bus', ...entry });
  const source = await actuator.open(
    { id: 's', env: 'test', config, signals: [] },
    openReadIo(clock, { stateDir }),
  );
  const change = openChangeIo(clock, { stateDir });
  onTestFinished(async () => {
    await source.close();
    await change.close();
    rmSync(stateDir, { recursive: true, force: true });
  });
  const operation = source.operations.find(({ name }) => name === 'heapDump');
  if (operation === undefined) throw new Error('no operation heapDump');
  return {
    dir: stateDir,
    plan: (params: object = {}): Promise<Plan> =>
      operation.plan(actuator.operations.heapDump?.params.parse(params) as Plan['params'], signal),
    recheck: (plan: Plan) => operation.recheck(plan, signal),
    run: async (plan: Plan): Promise<readonly ActEvent[]> => {
      const events: ActEvent[] = [];
      for await (const event of operation.act(plan, change, signal)) events.push(event);
      return events;
    },
    files: () => readdirSync(stateDir),
  };
};

/** A service that answers the dump itself. */
const service = async (
  dump: (response: ServerResponse) => void,
  { links = { heapdump: {} }, used = 1e6 }: { readonly links?: object; readonly used?: number } = {},
): Promise<string> => {
  const server = await localServer((request, response) => {
    if (request.url?.endsWith('/heapdump')) return dump(response);
    const body = request.url?.includes('/metrics/')
      ? { name: 'jvm.memory.used', measurements: [{ statistic: 'VALUE', value: used }], availableTags: [] }
      : { _links: links };
    response.end(JSON.stringify(body));
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return `${server.url}/actuator`;
};

const hprof = (size: number): Buffer => {
  const bytes = Buffer.alloc(size, 7);
  bytes.write('JAVA PROFILE 1.0.2\0', 'latin1');
  return bytes;
};

test('a dump becomes a private file of the announced size. The preview names it, the pause and what it contains', async () => {
  const view = contractView(manualClock());
  const server = await startActuatorServer(view, 'bus-0');
  onTestFinished(() => server.close());
  const { plan, recheck, run, files, dir } = await stage({ instances: { 'bus-0': server.url } });
  const planned = await plan({ instance: 'bus-0' });
  expect(planned).toMatchObject({
    danger: 'disruptive',
    targets: [{ name: 'bus-0', saw: 'running' }],
    calls: [{ line: `GET ${server.url}/heapdump` }],
  });
  expect(planned.objects.join('\n')).toMatch(
    /the heap now uses [\d.]+ [MG]iB. Every thread of the JVM pauses/,
  );
  expect(planned.objects.join('\n')).toMatch(/heap-dump-bus-bus-0-\d{8}T\d{6}Z\.hprof .* free\), mode 0600/);
  expect(planned.objects.join('\n')).toContain('passwords and personal data: delete the file after use');
  expect(files()).toEqual([]);
  expect(await recheck(planned)).toBeUndefined();
  const events = await run(planned);
  expect(events.at(-1)).toMatchObject({
    is: 'answered',
    ok: true,
    status: expect.stringMatching(/^200 OK; .*\.hprof: 256 KiB, HPROF, sha256 [0-9a-f]{64}$/),
  });
  const [name = ''] = files();
  const path = join(dir, name);
  expect(readFileSync(path).subarray(0, 12).toString()).toBe('JAVA PROFILE');
  expect(statSync(path)).toMatchObject({ size: 256 * 1024 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.each<[string, (response: ServerResponse) => void, RegExp, object?]>([
  ['no heap dump', (response) => void response.end('<html>login</html>'), /not a heap dump in HPROF format/],
  [
    'an empty response',
    (response) => void response.end(),
    /only 0 bytes, too few for a heap dump: check proxies between opsdeck and the service/,
  ],
  ['a refusal', (response) => void response.writeHead(503).end('busy'), /answered 503 .*expected 200/],
  [
    'a dump above the limit',
    (response) => void response.end(hprof(5000)),
    /more than the limit maxBytes/,
    { maxBytes: 4000 },
  ],
  [
    'a dump above the limit without a length',
    (response) => {
      response.write(hprof(3000));
      response.end(hprof(3000));
    },
    /larger than maxBytes/,
    { maxBytes: 4000 },
  ],
  [
    'a dump that is cut off',
    (response) => {
      response.writeHead(200, { 'content-length': 9000 });
      response.write(hprof(3000), () => response.destroy());
    },
    /Nothing was saved/,
  ],
])('%s leaves no file, and says why', async (_, dump, why, params = {}) => {
  const { plan, run, files } = await stage({ url: await service(dump) });
  const end = (await run(await plan(params))).at(-1);
  expect(end).toMatchObject({ is: 'answered', ok: false, status: expect.stringMatching(why) });
  expect(files()).toEqual([]);
});

test('a service that does not expose the endpoint, and a full disk, are refused before anything is sent', async () => {
  const never = (): never => {
    throw new Error('dumped in spite of it');
  };
  const hidden = await stage({ url: await service(never, { links: { health: {} } }) });
  await expect(hidden.plan()).rejects.toThrow('management.endpoint.heapdump.access=unrestricted');
  const huge = await stage({ url: await service(never, { used: 1e18 }) });
  await expect(huge.plan()).rejects.toThrow(/not enough space for .*: the heap uses .* are free/);
});

test('of several instances one is named', async () => {
  const url = await service((response) => void response.end(hprof(100)));
  const { plan } = await stage({ instances: { a: url, b: url } });
  await expect(plan()).rejects.toThrow('the source has several instances. Set instance: to one of a, b');
  expect((await plan({ instance: 'b' })).targets[0]?.name).toBe('b');
});
