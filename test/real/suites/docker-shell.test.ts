import { afterEach, expect, test } from 'vitest';
import { oneStep, openActing, type Ran } from '../acting.ts';
import { runContainer } from '../docker/containers.ts';
import { callEngine } from '../docker/engine.ts';
import { type TypedLine, typedTerminal } from '../machine/typed-session.ts';
import { until } from '../machine/until.ts';
import { detailOf, underTest } from '../setting.ts';

const socket = detailOf(underTest(), 'socket');
const script = 'trap "exit 0" TERM; while :; do sleep 0.1; done';
const prompt = /# $/;
let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

const run = async (name: string) => stack.use(await runContainer(socket, { name, script }));

/** The executor with a terminal in which these lines are typed. */
const openStage = async (lines: readonly TypedLine[]) => {
  const terminal = typedTerminal(lines);
  const acting = stack.use(
    await openActing('d', 'docker', { socket, stats: false }, { lendTerminal: (use) => use(terminal.lent) }),
  );
  return { terminal, acting };
};

const shellIn = (container: string) => oneStep('d.shell', { container }, 'none');
const resultOf = ({ events }: Ran) => events.find(({ event }) => event === 'acted');

test('a shell has the size of the terminal, runs what is typed, and its exit status is in the ledger', async () => {
  await run('typed');
  const { terminal, acting } = await openStage([
    { after: prompt, type: 'echo $((6*7)) >/tmp/made; cat /tmp/made; test -t 0 && echo is-a-tty\r' },
    { after: /is-a-tty\r\n[\s\S]*# $/, type: 'no-such-program\r' },
    { after: /not found[\s\S]*# $/, type: "echo be''gun; cat\r" },
    // A ctrl-c before the program has started is lost in BusyBox: it comes after `cat` has written a line back.
    { after: /\nbegun\r\n/, type: 'line\r' },
    { after: /line\r\nline\r\n/, type: '\u0003' },
    { after: /# $/, type: 'exit 3\r' },
  ]);
  const proposal = await acting.propose(shellIn('typed'));
  expect(proposal).toMatchObject({ danger: 'destructive', names: ['typed'], gate: { typed: true } });
  expect(proposal.steps[0]?.plan?.calls[0]?.command).toMatch(/^docker -H unix:\S+ exec -it typed sh -c /);
  const ran = await acting.carryOut(proposal, shellIn('typed'));
  expect(terminal.shown()).toMatch(/\n42\r\n/);
  expect(resultOf(ran), terminal.shown()).toMatchObject({
    ...{ ok: true, result: expect.stringMatching(/closed after \S+: exited with status 3$/) },
  });
  expect(ran.ended).toMatchObject({ ending: 'recovered', why: expect.stringContaining('no verification') });
  expect(await acting.ledgerHolds()).toBe(true);
});

test('a changed size of the terminal reaches the shell', async () => {
  await run('sized');
  const { terminal, acting } = await openStage([
    { after: prompt, type: 'trap "echo changed" WINCH; echo trapped\r' },
    { after: /trapped\r\n[\s\S]*# $/, type: 'stty size; echo before\r' },
    {
      after: /30 100\r\nbefore\r\n[\s\S]*# $/,
      type: 'while [ "$(stty size)" = "30 100" ]; do sleep 0.1; done; stty size; exit\r',
    },
  ]);
  const running = acting.run(shellIn('sized'));
  // Not its echo: the command must have run.
  await until('the shell has its first size', async () => /30 100\r\nbefore\r\n/.test(terminal.shown()));
  terminal.resizeTo(132, 43);
  const ran = await running;
  expect(terminal.shown()).toMatch(/\n43 132\r\n/);
  expect(resultOf(ran)).toMatchObject({ result: expect.stringMatching(/exited with status 0$/) });
});

test('ctrl-] leaves, and the shell goes on', async () => {
  await run('left');
  const { acting } = await openStage([{ after: prompt, type: '\u001d' }]);
  const ran = await acting.run(shellIn('left'));
  expect(resultOf(ran)).toMatchObject({
    ...{
      ok: true,
      result: expect.stringContaining(
        'you left the shell with ctrl-]. Programs that you started in the shell may still be running',
      ),
    },
  });
});

test('a container that is killed ends the shell, with its exit status', async () => {
  const { id } = await run('killed');
  const { terminal, acting } = await openStage([]);
  const running = acting.run(shellIn('killed'));
  await until('the shell answers', async () => prompt.test(terminal.shown()));
  await callEngine(socket, 'POST', `/containers/${id}/kill`);
  expect(resultOf(await running)).toMatchObject({
    result: expect.stringMatching(/closed after \S+: exited with status 137$/),
  });
});

test('a container that was replaced since the plan is refused: no shell is started', async () => {
  const first = await run('replaced');
  const { terminal, acting } = await openStage([]);
  const proposal = await acting.propose(shellIn('replaced'));
  await first[Symbol.asyncDispose]();
  await run('replaced');
  const { ended } = await acting.carryOut(proposal, shellIn('replaced'));
  expect(ended).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(terminal.shown()).toBe('');
});
