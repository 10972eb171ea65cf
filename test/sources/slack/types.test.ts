import type {
  AuthTestResponse,
  ChatGetPermalinkArguments,
  ChatGetPermalinkResponse,
  ChatPostMessageArguments,
  ChatPostMessageResponse,
  ChatUpdateArguments,
  ConversationsHistoryArguments,
  ConversationsHistoryResponse,
  ConversationsInfoArguments,
  ConversationsInfoResponse,
} from '@slack/web-api';
import { expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import { slackHandler } from '../../../src/simulator/servers/slack/api.ts';
import { channelPath, historyPath, permalinkPath } from '../../../src/sources/slack/client.ts';
import { slack } from '../../../src/sources/slack/index.ts';
import { channelForTests, workspaceForTests } from '../../contract/rigs/slack.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** The parameters of a request in a query. */
const queryOf = (path: string) => Object.fromEntries(new URL(path, 'http://x').searchParams);

// The compiler compares the names of the parameters and of the fields that are read with those of Slack's own client.
const sentNames = {
  post: {
    channel: true,
    text: true,
    parse: true,
    link_names: true,
    unfurl_links: true,
    unfurl_media: true,
    thread_ts: true,
    metadata: true,
  } satisfies { readonly [K in keyof ChatPostMessageArguments | 'thread_ts' | 'text' | 'parse']?: true },
  update: { channel: true, ts: true, text: true, parse: true, link_names: true } satisfies {
    readonly [K in keyof ChatUpdateArguments | 'text' | 'parse' | 'link_names']?: true;
  },
};

test('requests use the parameters of the Web API', async () => {
  const clock = manualClock();
  const server = await serve(slackHandler(workspaceForTests(clock)), clock);
  const config = slack.config.parse({
    url: `${server.url}/api`,
    token: 'xoxb-test',
    channel: channelForTests,
  });
  const source = await slack.open({ id: 's', env: 'test', signals: [], config }, openReadIo(clock));
  const { signal } = new AbortController();
  const bodyOf = async (name: string, params: object): Promise<object> => {
    const plan = await source.operations
      .find((operation) => operation.name === name)
      ?.plan({ ...params }, signal);
    return JSON.parse(plan?.calls[0]?.body ?? '{}');
  };
  for (const thread of ['INC-7', 'INC-8'])
    for (const name of Object.keys(await bodyOf('post', { text: 'x', thread })))
      expect(Object.keys(sentNames.post)).toContain(name);
  for (const name of Object.keys(await bodyOf('update', { text: 'x', thread: 'INC-7' })))
    expect(Object.keys(sentNames.update)).toContain(name);
  await source.close();
  await server.close();
});

test('queries use the parameters of the Web API', () => {
  const permalink: readonly (keyof ChatGetPermalinkArguments)[] = ['channel', 'message_ts'];
  const history: readonly (keyof ConversationsHistoryArguments)[] = [
    'channel',
    'limit',
    'include_all_metadata',
  ];
  const info: readonly (keyof ConversationsInfoArguments)[] = ['channel', 'include_num_members'];
  expect(Object.keys(queryOf(permalinkPath('C1', '1.2')))).toEqual(permalink);
  expect(Object.keys(queryOf(historyPath('C1')))).toEqual(history);
  expect(Object.keys(queryOf(channelPath('C1')))).toEqual(info);
});

test('the simulator answers with fields of the Web API', async () => {
  const clock = manualClock();
  const server = await serve(slackHandler(workspaceForTests(clock)), clock);
  const get = async (path: string): Promise<unknown> => (await fetch(`${server.url}/api${path}`)).json();
  const auth: AuthTestResponse = { ok: true, team: 'Example', team_id: 'T0EXAMPLE', user: 'opsdeck' };
  expect(await get('/auth.test')).toMatchObject(auth);
  const info: ConversationsInfoResponse = {
    ok: true,
    channel: { id: channelForTests, name: 'payments', is_member: true, is_archived: false, num_members: 12 },
  };
  expect(await get(channelPath(channelForTests))).toMatchObject(info);
  const history: ConversationsHistoryResponse = {
    ok: true,
    messages: [{ text: 'Payments fail &amp; retry', reply_count: 0 }],
  };
  expect(await get(historyPath(channelForTests))).toMatchObject(history);
  const missing: ChatGetPermalinkResponse & ChatPostMessageResponse = {
    ok: false,
    error: 'message_not_found',
  };
  expect(await get(permalinkPath(channelForTests, '1772619307.999999'))).toMatchObject(missing);
  await server.close();
});
