import { expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import type { ChangeIo } from '../../../src/doors/io.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import { typingTerminal } from '../../support/typing-terminal.ts';
import { type Fixture, never, openFixture } from './fixture.ts';

const web = 'shop-web-1';

const act = async (fixture: Fixture, change: ChangeIo): Promise<readonly ActEvent[]> => {
  const operation = fixture.source.operations.find(({ name }) => name === 'shell');
  if (operation === undefined) throw new Error('no operation shell');
  const plan = await operation.plan({ container: web }, never);
  expect(await operation.recheck(plan, never)).toBeUndefined();
  const events: ActEvent[] = [];
  for await (const event of operation.act(plan, change, never)) events.push(event);
  return events;
};

test('the preview names the container and the command. It is destructive and cannot be undone', async () => {
  await using fixture = await openFixture();
  const plan = await fixture.plan('shell', { container: web });
  expect(plan).toMatchObject({ danger: 'destructive', targets: [{ name: web }] });
  expect(plan.calls[0]?.command).toMatch(/^docker -H tcp:\S+ exec -it shop-web-1 sh -c /);
  expect(plan.lost).toContain('opsdeck cannot undo what you type there');
  expect(fixture.source.operations.find(({ name }) => name === 'shell')?.undo).toBeUndefined();
  fixture.startScenario('out-of-memory');
  await expect(fixture.plan('shell', { container: web })).rejects.toThrow(
    'a shell needs a running container: shop-web-1 is exited',
  );
});

test('what is typed reaches the shell, its output the terminal, and its exit status the ledger', async () => {
  await using fixture = await openFixture();
  const terminal = typingTerminal('echo a b\r', 'no-such-program\r', 'exit 3\r');
  const change = openChangeIo(fixture.clock, { lendTerminal: (use) => use(terminal.lent) });
  const events = await act(fixture, change);
  await change.close();
  expect(terminal.shown()).toContain(`connecting to ${web}`);
  expect(terminal.shown()).toMatch(/echo a b\r\na b\r\n/);
  expect(terminal.shown()).toContain('no-such-program: not found');
  expect(events.at(-1)).toMatchObject({
    is: 'answered',
    ok: true,
    status: 'closed after 0s: exited with status 3',
  });
});

test('ctrl-] leaves at once', async () => {
  await using fixture = await openFixture();
  const terminal = typingTerminal('echo a\u001d');
  const change = openChangeIo(fixture.clock, { lendTerminal: (use) => use(terminal.lent) });
  const events = await act(fixture, change);
  await change.close();
  expect(events.at(-1)).toMatchObject({
    ok: true,
    status:
      'closed after 0s: you left the shell with ctrl-]. Programs that you started in the shell may still be running',
  });
});

test('without a terminal, and on a shared screen, nothing is sent', async () => {
  await using fixture = await openFixture();
  const plain = openChangeIo(fixture.clock);
  expect((await act(fixture, plain)).at(-1)).toMatchObject({
    ok: false,
    status: expect.stringContaining('needs the terminal of the cockpit'),
  });
  await plain.close();
  const shared = openChangeIo(fixture.clock, {
    lendTerminal: () => Promise.reject(new WireError('unconfigured', 'the screen is shared')),
  });
  expect((await act(fixture, shared)).at(-1)).toMatchObject({
    ok: false,
    status: expect.stringContaining('the screen is shared'),
  });
  await shared.close();
  const first = await fetch(`${fixture.url}/exec/${'1'.padStart(64, '0')}/json`);
  expect(first.status).toBe(404);
});
