import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ActEvent, Plan } from '../../../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../../../src/doors/change-io.ts';
import type { ChangeIo } from '../../../../../src/doors/io.ts';
import { WireError } from '../../../../../src/platform/runtime/wire-error.ts';
import { nameOf } from '../../../../simulator/kube-stage.ts';
import { longTest } from '../../../../support/layer.ts';
import { typingTerminal } from '../../../../support/typing-terminal.ts';
import { type ActingStage, openStage, planOf } from '../stage.ts';

let stage: ActingStage;
beforeEach(async () => {
  stage = await openStage('saga');
});
afterEach(() => stage[Symbol.asyncDispose]());

const { signal } = new AbortController();
const namespace = 'microservices';

const podOf = async (): Promise<string> => nameOf((await stage.podsOf('saga-orchestrator'))[0]);

const act = async (change: ChangeIo, more: object = {}): Promise<readonly ActEvent[]> => {
  const operation = stage.engine.sources.get('k8s')?.operations.find(({ name }) => name === 'shell');
  if (operation === undefined) throw new Error('no operation shell');
  const plan: Plan = await operation.plan({ pod: await podOf(), namespace, ...more }, signal);
  expect(await operation.recheck(plan, signal)).toBeUndefined();
  const events: ActEvent[] = [];
  for await (const event of operation.act(plan, change, signal)) events.push(event);
  return events;
};

longTest(
  'the preview names pod, container and permission. It is destructive and cannot be undone',
  async () => {
    const proposal = await stage.propose('shell', { pod: await podOf(), namespace });
    expect(proposal).toMatchObject({ danger: 'destructive', names: [await podOf()], gate: { typed: true } });
    const plan = planOf(proposal);
    expect(plan.calls[0]?.command).toMatch(
      /^kubectl .*exec -it -n microservices saga-orchestrator-\S+ -c saga-orchestrator -- sh -c /,
    );
    expect(plan.lost).toContain('opsdeck cannot undo what you type there');
    expect(proposal.steps[0]?.undo).toBeUndefined();
  },
);

test('what is typed reaches the shell, its output the terminal, and its exit status the ledger', async () => {
  const terminal = typingTerminal('hostname\r', 'no-such-program\r', 'exit 3\r');
  const change = openChangeIo(stage.clock, { lendTerminal: (use) => use(terminal.lent) });
  const events = await act(change);
  await change.close();
  const pod = await podOf();
  expect(terminal.shown()).toContain(`connecting to ${pod}`);
  expect(terminal.shown()).toMatch(new RegExp(`hostname\\r\\n${pod}\\r\\n`));
  expect(terminal.shown()).toMatch(/no-such-program/);
  expect(events.at(-1)).toMatchObject({
    is: 'answered',
    ok: true,
    status: 'closed after 0s: exited with status 3',
  });
});

test('ctrl-] leaves at once', async () => {
  const terminal = typingTerminal('echo a\u001d');
  const change = openChangeIo(stage.clock, { lendTerminal: (use) => use(terminal.lent) });
  const events = await act(change);
  await change.close();
  expect(events.at(-1)).toMatchObject({
    ok: true,
    status:
      'closed after 0s: you left the shell with ctrl-]. Programs that you started in the shell may still be running',
  });
});

longTest('without a terminal, and on a shared screen, nothing is sent', async () => {
  const plain = openChangeIo(stage.clock);
  expect((await act(plain)).at(-1)).toMatchObject({
    ok: false,
    status: expect.stringContaining('needs the terminal of the cockpit'),
  });
  await plain.close();
  const shared = openChangeIo(stage.clock, {
    lendTerminal: () => Promise.reject(new WireError('unconfigured', 'the screen is shared')),
  });
  expect((await act(shared)).at(-1)).toMatchObject({
    ok: false,
    status: expect.stringContaining('the screen is shared'),
  });
  await shared.close();
  const ran = await stage.run('shell', { pod: await podOf(), namespace });
  expect(ran.ended).toMatchObject({ ending: 'failed', sent: [] });
});
