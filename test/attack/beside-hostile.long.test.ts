import { afterAll, beforeAll, test } from 'vitest';
import { startHostileServer } from '../support/start-hostile.ts';
import { expectHealthyBeside, sourceEntry } from './support/healthy-beside.ts';

let server: Awaited<ReturnType<typeof startHostileServer>>;
beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('beside eight hostile sources every reading of a healthy one is up, and none is slow', async () => {
  const hostile = ['deep', 'wide', 'unique-keys', 'components', 'long-reason', 'gzip', 'endless', 'chunks'];
  await expectHealthyBeside(
    hostile.map((name) =>
      sourceEntry(name, 'actuator', {
        ...{ url: `${server.url}/${name}`, service: name },
        ...{ every: '500ms', timeout: '2s' },
      }),
    ),
  );
});
