import { expect, test } from 'vitest';
import { openChangeIo } from '../../src/doors/change-io.ts';
import { createLease } from '../../src/doors/lease.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { longTest } from '../support/layer.ts';
import { localServer } from '../support/local-server.ts';

const never = new AbortController().signal;

longTest('sends a change unmodified and returns a redirect as the response', async () => {
  const bodies: string[] = [];
  await using server = await localServer((request, response) => {
    request.on('data', (data) => bodies.push(String(data)));
    request.on('end', () => response.writeHead(303, { location: '/elsewhere' }).end());
  });
  const change = openChangeIo(systemClock());
  const answer = await change.send({ method: 'PUT', url: `${server.url}/x`, body: '{"a":1}' }, never);
  expect(answer.status).toBe(303);
  expect(server.asked).toEqual(['PUT /x']);
  expect(bodies).toEqual(['{"a":1}']);
  await change.close();
});

test('an ended lease sends nothing, and its pending calls are canceled', async () => {
  await using server = await localServer(() => {});
  const change = openChangeIo(systemClock());
  const lease = createLease(change);
  const sent = lease.io.send({ method: 'POST', url: server.url }, never);
  await server.arrived(1);
  lease.end();
  await expect(sent).rejects.toMatchObject({ kind: 'cancelled' });
  await expect(lease.io.send({ method: 'POST', url: server.url }, never)).rejects.toThrow(
    /lease .* has ended/,
  );
  await server.drained();
  expect(server.asked).toEqual(['POST /']);
  await change.close();
});
