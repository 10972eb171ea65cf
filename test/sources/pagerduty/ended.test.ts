import { expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import { pagerdutyHandler } from '../../../src/simulator/servers/pagerduty/api.ts';
import { simulatedUsers } from '../../../src/simulator/servers/pagerduty/store.ts';
import { pagerduty } from '../../../src/sources/pagerduty/index.ts';
import { incidentsForTests } from '../../contract/rigs/pagerduty.ts';
import { manualClock } from '../../support/manual-clock.ts';

test('an incident that is no longer open tells who resolved it: a person or its monitoring', async () => {
  const clock = manualClock();
  const store = incidentsForTests(clock);
  await using closing = new AsyncDisposableStack();
  const server = await serve(pagerdutyHandler(store), clock);
  closing.defer(() => server.close());
  const config = pagerduty.config.parse({ url: server.url, token: 'a-token-of-the-test' });
  const source = await pagerduty.open({ id: 'pd', env: 'test', signals: [], config }, openReadIo(clock));
  closing.defer(() => source.close());
  const feed = source.feeds.find(({ name }) => name === 'incidents');
  const read = async () => (await feed?.read(new AbortController().signal))?.alertRules?.ended;
  expect(await read()).toEqual([]);
  const [first, second] = store.incidents.filter(({ status }) => status !== 'resolved');
  if (first === undefined || second === undefined) throw new Error('too few incidents');
  store.setStatus(first, 'resolved', simulatedUsers.ben);
  Object.assign(second, { status: 'resolved', resolvedAt: clock.now(), changedBy: undefined });
  const ended = [
    {
      name: first.title,
      isByPerson: true,
      how: expect.stringMatching(/^resolved by Ben Okafor at \d\d:\d\d UTC$/),
    },
    {
      name: second.title,
      isByPerson: false,
      how: expect.stringMatching(/^resolved by \w+ at \d\d:\d\d UTC$/),
    },
  ];
  expect(await read()).toMatchObject(ended);
  expect(await read()).toMatchObject(ended);
});
