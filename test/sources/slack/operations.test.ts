import { expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { type Handler, serve } from '../../../src/simulator/servers/http/http-server.ts';
import { allScopes, slackHandler } from '../../../src/simulator/servers/slack/api.ts';
import { slack } from '../../../src/sources/slack/index.ts';
import { channelForTests, workspaceForTests } from '../../contract/rigs/slack.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal } = new AbortController();

/** A source of the test on a server, and a function that plans and carries out an operation on it. */
const opened = async (
  configOf: (url: string) => object,
  handlerOf: (clock: ReturnType<typeof manualClock>) => Handler,
) => {
  const clock = manualClock();
  const server = await serve(handlerOf(clock), clock);
  const open = () =>
    slack.open(
      { id: 'chat', env: 'test', signals: [], config: slack.config.parse(configOf(server.url)) },
      openReadIo(clock),
    );
  const source = await open();
  const change = openChangeIo(clock);
  const operation = (name: string, of = source) => {
    const found = of.operations.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
  };
  return {
    source,
    open,
    operation,
    plan: (name: string, params: object) => operation(name).plan({ ...params }, signal),
    run: async (name: string, params: object, of = source): Promise<readonly ActEvent[]> => {
      const planned = await operation(name, of).plan({ ...params }, signal);
      const events: ActEvent[] = [];
      for await (const event of operation(name, of).act(planned, change, signal)) events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await change.close();
      await source.close();
      await server.close();
    },
  };
};

/** A workspace of the test with a token. */
const withToken = async (scopes: ReadonlySet<string> = allScopes) => {
  const states: ReturnType<typeof workspaceForTests>[] = [];
  const it = await opened(
    (url) => ({ url: `${url}/api`, token: 'xoxb-of-the-test', channel: channelForTests }),
    (clock) => {
      const state = workspaceForTests(clock, scopes);
      states.push(state);
      return slackHandler(state);
    },
  );
  const [state] = states;
  if (state === undefined) throw new Error('no workspace');
  return { ...it, state, [Symbol.asyncDispose]: it[Symbol.asyncDispose] };
};

const outputs = (events: readonly ActEvent[]) =>
  events.flatMap((event) => (event.is === 'output' ? [event.text] : []));
const found = (events: readonly ActEvent[]) =>
  events.flatMap((event) => (event.is === 'found' ? [event.found.json] : []));

test('post escapes the text, adds only the given mentions, and reads the permalink back', async () => {
  await using it = await withToken();
  const events = await it.run('post', {
    text: 'a < b & <!channel> <@U0ANA00>',
    mention: ['here', 'U0BEN00'],
  });
  expect(it.state.messages.at(-1)?.text).toBe(
    '<!here> <@U0BEN00> a &lt; b &amp; &lt;!channel&gt; &lt;@U0ANA00&gt;',
  );
  const ts = it.state.messages.at(-1)?.ts ?? '';
  expect(events).toContainEqual({ is: 'made', key: 'ts', value: ts });
  expect(outputs(events)).toEqual([
    `message ${ts}: https://example.slack.com/archives/C0PAYMENTS/p${ts.replace('.', '')}`,
  ]);
});

longTest('the messages of a key are one thread, which another process finds again', async () => {
  await using it = await withToken();
  expect(found(await it.run('thread', { thread: 'INC-8' }))).toEqual([{ messages: 0, text: null }]);
  expect((await it.plan('post', { text: 'x', thread: 'INC-8' })).objects).toEqual([
    'one message in #payments: starts the thread INC-8',
  ]);
  await it.run('post', { text: 'Checkout is down', thread: 'INC-8' });
  await it.run('post', { text: 'Restarting', thread: 'INC-8' });
  const other = await it.open();
  await it.run('post', { text: 'Recovered', thread: 'INC-8' }, other);
  await other.close();
  const [, first, ...replies] = it.state.messages;
  expect(replies.map(({ threadTs }) => threadTs)).toEqual([first?.ts, first?.ts]);
  expect(found(await it.run('thread', { thread: 'INC-8' }))).toEqual([
    { messages: 3, text: 'Checkout is down' },
  ]);
});

test('a thread that another opsdeck has started meanwhile is not started again', async () => {
  await using it = await withToken();
  const post = it.operation('post');
  const planned = await post.plan({ text: 'Checkout is down', thread: 'INC-8' }, signal);
  expect(await post.recheck(planned, signal)).toBeUndefined();
  const other = await it.open();
  await it.run('post', { text: 'Checkout fails', thread: 'INC-8' }, other);
  await other.close();
  const first = it.state.messages.at(-1)?.ts ?? '';
  expect(await post.recheck(planned, signal)).toEqual({
    target: '#payments',
    planned: 'no thread INC-8',
    found: `the thread, started by message ${first}`,
  });
  // A reply to a known thread, and a message without one, go on.
  const reply = await post.plan({ text: 'Restarting', thread: 'INC-8' }, signal);
  expect(await post.recheck(reply, signal)).toBeUndefined();
  const alone = await post.plan({ text: 'Lunch' }, signal);
  expect(await post.recheck(alone, signal)).toBeUndefined();
});

test('update replaces the first message of a thread, or a message by its id', async () => {
  await using it = await withToken();
  await it.run('update', { thread: 'INC-7', text: 'Payments recovered & verified' });
  expect(it.state.messages[0]?.text).toBe('Payments recovered &amp; verified');
  expect(found(await it.run('thread', { thread: 'INC-7' }))).toEqual([
    { messages: 1, text: 'Payments recovered & verified' },
  ]);
  await expect(it.plan('update', { thread: 'INC-9', text: 'x' })).rejects.toThrow('no thread INC-9');
  await expect(it.plan('update', { ts: '1772619307.999999', text: 'x' })).rejects.toThrow(
    'message_not_found',
  );
});

test('a missing scope is named, by doctor and where it changes the plan', async () => {
  await using it = await withToken(new Set(['chat:write', 'channels:read']));
  const findings = (await it.source.doctor?.(signal)) ?? [];
  expect(findings.filter(({ ok }) => !ok)).toMatchObject([
    {
      what: expect.stringMatching(/missing_scope: needs channels:history$/),
      remedy: expect.stringContaining('add the scope channels:history'),
    },
  ]);
  expect((await it.plan('post', { text: 'x', thread: 'INC-7' })).objects[0]).toMatch(
    /starts the thread INC-7. Whether one exists already is unknown \(.*needs channels:history\)/,
  );
});

test('a refused message says why, and is not retried', async () => {
  await using it = await withToken();
  it.state.channel.isMember = false;
  const events = await it.run('post', { text: 'x' });
  expect(events.at(-1)).toMatchObject({
    is: 'answered',
    ok: false,
    status: expect.stringMatching(/^not_in_channel. Invite the app to the channel/),
  });
  expect(it.state.messages).toHaveLength(1);
  it.state.channel.isArchived = true;
  await expect(it.plan('post', { text: 'x' })).rejects.toThrow('#payments is archived');
});

/** A webhook of the test; its address contains a secret. */
const withWebhook = async (format: string, status = 200, text = 'ok') => {
  const bodies: string[] = [];
  const it = await opened(
    (url) => ({ webhook: { url: `${url}/services/T0/B0/very-secret-path`, format } }),
    () => (ask) => {
      bodies.push(ask.body);
      return { status, text };
    },
  );
  return { ...it, bodies, [Symbol.asyncDispose]: it[Symbol.asyncDispose] };
};

test.each([
  ['slack', { text: 'a &lt; *b*' }],
  ['json', { text: 'a < *b*' }],
  [
    'teams',
    {
      type: 'message',
      attachments: [{ content: { body: [{ type: 'TextBlock', text: 'a \\< \\*b\\*', wrap: true }] } }],
    },
  ],
])('a webhook of format %s accepts a message, which cannot be verified', async (format, body) => {
  await using it = await withWebhook(format);
  const events = await it.run('post', { text: 'a < *b*' });
  expect(JSON.parse(it.bodies[0] ?? '')).toMatchObject(body);
  expect(outputs(events)).toEqual(['the webhook accepted the message. opsdeck cannot verify the delivery']);
  expect(JSON.stringify([events, await it.plan('post', { text: 'x' })])).not.toContain('very-secret-path');
});

test('a webhook that refuses, and what a webhook cannot do', async () => {
  await using it = await withWebhook('slack', 403, 'invalid_token');
  const events = await it.run('post', { text: 'x' });
  expect(events.at(-1)).toMatchObject({
    ok: false,
    status:
      'answered 403 Forbidden: invalid_token. Check the address in webhook:, which also serves as the secret',
  });
  await expect(it.plan('post', { text: 'x', thread: 'INC-1' })).rejects.toThrow('use a source with a token');
  await expect(it.plan('update', { thread: 'INC-1', text: 'x' })).rejects.toThrow('chat is a webhook');
});

test('a config is a token with a channel, or a webhook', () => {
  for (const entry of [
    {},
    { token: 'x' },
    { token: 'x', channel: 'C0PAYMENTS', webhook: { url: 'https://x' } },
    { token: 'x', channel: '#payments' },
  ])
    expect(slack.config.safeParse(entry).success).toBe(false);
});
