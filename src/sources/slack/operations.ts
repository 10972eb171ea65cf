import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import {
  type ActEvent,
  notApplicable,
  type Plan,
  type TargetDrift,
} from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { declareOperation, defineOperation, type PlanDraft } from '../kit/operations/define-operation.ts';
import { planRead, sendCall } from '../kit/operations/json-api.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import { field, text as textOf } from '../kit/values/wire-value.ts';
import { channelPath, historyPath, permalinkPath, type SlackClient, threadEvent } from './client.ts';
import { zChannel } from './config.ts';
import { escapeSlackText, mentionText } from './escape.ts';

/** The endpoint of a source's operations: a client, or a webhook. */
export interface SlackParts {
  readonly source: string;
  /** Absent: the source is a webhook. */
  readonly client?: SlackClient;
  readonly webhook?: SlackWebhook;
}

/** A webhook: it accepts messages, and reports nothing about them. */
export interface SlackWebhook {
  /** 'POST https://hooks.slack.com/…masked', without the secret path. */
  readonly line: string;
  readonly place: string;
  /** The body for a text. */
  body(text: string): string;
  send(change: ChangeIo, body: string, signal: AbortSignal): AsyncGenerator<ActEvent, boolean>;
}

/** Slack truncates longer messages. */
const maxText = 4000;

const zText = z
  .string()
  .trim()
  .min(1)
  .max(maxText)
  .meta({ description: 'text of the message. Slack mentions and links in the text are escaped' });

const zThread = z
  .string()
  .regex(/^[\w.:#/-]{1,100}$/, { error: 'not a thread key: use letters, digits and . : # / - _' })
  .meta({
    description:
      'key of the thread, such as the id of an incident. The first message starts the thread, and later messages reply there',
  });

const zTs = z
  .string()
  .regex(/^\d{9,11}\.\d{6}$/, { error: 'a message id has the form 1772619307.000100' })
  .meta({ description: 'change the message with this id (ts)' });

const zReplyTo = z.union([zTs, z.literal('')]).meta({
  description:
    "id (ts) of the first message of the thread. Without this id, opsdeck searches the thread by the key. Write '' for none",
});

const zChannelParam = zChannel
  .meta({ description: 'id of the channel (default: the channel of the source)' })
  .exactOptional();

const zMention = z.string().regex(/^(?:here|channel|[UWS][A-Z0-9]{5,20})$/, {
  error: 'use here, channel, a user id (U…) or a user group id (S…)',
});

const requireClient = ({ client, source }: SlackParts): SlackClient => {
  if (client === undefined)
    throw notApplicable(
      `${source} is a webhook, which can only post new messages: use a source with a token`,
    );
  return client;
};

const threadId = (channel: string, key: string): string => `${channel} ${key}`;

/** Result of looking for the thread of a key. */
type FoundThread = {
  readonly ts?: string;
  readonly note: string;
  /** True: the channel was read, and has no such thread. */
  readonly isNew?: true;
};

/** Finds the first message of a thread: started by this source, or by another opsdeck in the newest messages. */
const findThread = async (
  client: SlackClient,
  channel: string,
  key: string,
  signal: AbortSignal,
): Promise<FoundThread> => {
  const known = client.threads.get(threadId(channel, key));
  if (known !== undefined) return { ts: known, note: `reply in the thread ${key}` };
  try {
    const found = (await client.history(channel, signal)).find((message) => message.key === key);
    if (found === undefined) return { note: `starts the thread ${key}`, isNew: true };
    client.threads.set(threadId(channel, key), found.ts);
    return { ts: found.ts, note: `reply in the thread ${key}, ${found.replies} replies` };
  } catch (error) {
    const { message } = client.api.fault(historyPath(channel), error);
    return { note: `starts the thread ${key}. Whether one exists already is unknown (${message})` };
  }
};

/** The thread that a message belongs to; undefined for none. */
const threadFor = async (
  client: SlackClient,
  {
    channel,
    thread,
    replyTo,
  }: { readonly channel: string; readonly thread: string | undefined; readonly replyTo: string },
  signal: AbortSignal,
): Promise<FoundThread | undefined> => {
  if (replyTo !== '') return { ts: replyTo, note: `reply in the thread ${thread ?? replyTo}` };
  return thread === undefined ? undefined : findThread(client, channel, thread, signal);
};

const messageTarget = ({ api }: SlackClient, channel: string, name: string, seen: string, ts = '') => ({
  name,
  uid: `${api.endpoint.base} ${channel} ${ts}`.trim(),
  saw: seen,
  where: api.endpoint.base,
});

/** Reads the permalink of a message, which only an existing one has, and reports it. */
async function* reportPermalink(
  { api }: SlackClient,
  change: ChangeIo,
  { channel, ts }: { readonly channel: string; readonly ts: string },
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const path = permalinkPath(channel, ts);
  try {
    const link = textOf(field(await api.send(change, { method: 'GET', path }, signal), 'permalink'));
    yield { is: 'output', text: `message ${ts}: ${link ?? 'no permalink'}` };
  } catch (error) {
    yield {
      is: 'output',
      text: `Slack accepted the message (${ts}), but opsdeck could not read it again: ${api.fault(path, error).message}`,
    };
  }
}

/** The plan of a message to a webhook. */
const webhookPlan = ({ place, line, body }: SlackWebhook, text: string): PlanDraft => ({
  targets: [{ name: 'webhook', uid: place, saw: '', where: place }],
  calls: [{ line, body: body(text), target: 0 }],
  objects: ['one message is sent. opsdeck cannot verify the delivery'],
  lost: 'you can delete the message, but people may have read the message by then',
});

interface NewMessage {
  readonly channel: string;
  readonly text: string;
  readonly mention: readonly string[];
  readonly thread?: string;
}

/** The body of chat.postMessage. `replyTo`: the first message of the thread; absent: the message starts it. */
const messageBody = ({ channel, text, mention, thread }: NewMessage, replyTo: string | undefined) => ({
  channel,
  text: [...mention.map(mentionText), escapeSlackText(text)].join(' '),
  // Plain @names are not turned into mentions, and links get no preview.
  parse: 'none',
  link_names: false,
  unfurl_links: false,
  unfurl_media: false,
  ...defined({ thread_ts: replyTo }),
  ...(thread === undefined || replyTo !== undefined
    ? {}
    : { metadata: { event_type: threadEvent, event_payload: { key: thread } } }),
});

/**
 * The drift of a message that was planned to start a thread: another opsdeck has started it meanwhile, and the message would
 * begin a second one. Undefined for every other message. Throws WireError.
 */
const startedThread = async (
  parts: SlackParts,
  {
    params: { thread, channel: wantedChannel },
    earlier,
    targets,
  }: Pick<Plan, 'earlier' | 'targets'> & {
    readonly params: { readonly thread?: string; readonly channel?: string };
  },
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  if (thread === undefined || field(earlier, 'isNewThread') !== true) return undefined;
  const client = requireClient(parts);
  const channel = wantedChannel ?? client.channel;
  const first = (await client.history(channel, signal)).find(({ key }) => key === thread);
  if (first === undefined) return undefined;
  return {
    target: targets[0]?.name ?? channel,
    planned: `no thread ${thread}`,
    found: `the thread, started by message ${first.ts}`,
  };
};

/** `post`: posts a message, with `thread` into the thread of a key. Source: Slack, chat.postMessage. */
const postOperation = defineOperation(
  declareOperation({
    name: 'post',
    danger: 'safe',
    params: z.strictObject({
      text: zText,
      channel: zChannelParam,
      thread: zThread.exactOptional(),
      replyTo: zReplyTo.exactOptional(),
      mention: z
        .array(zMention)
        .max(10)
        .meta({ description: 'who gets a notification: here, channel, or the id of a user or a user group' })
        .default([]),
    }),
  }),
  (parts: SlackParts) => ({
    plan: async ({ text, channel: wantedChannel, thread, replyTo = '', mention }, signal) => {
      if (parts.webhook !== undefined) {
        if (wantedChannel !== undefined || thread !== undefined || replyTo !== '' || mention.length > 0)
          throw notApplicable(
            'a webhook cannot choose a channel, a thread or a mention: use a source with a token',
          );
        return webhookPlan(parts.webhook, text);
      }
      const client = requireClient(parts);
      const channel = wantedChannel ?? client.channel;
      const info = await planRead(client.api, channelPath(channel), signal);
      const name = `#${textOf(field(field(info, 'channel'), 'name')) ?? channel}`;
      if (field(field(info, 'channel'), 'is_archived') === true)
        throw notApplicable(`${name} is archived: unarchive the channel in Slack, or choose another`);
      const found = await threadFor(client, { channel, thread, replyTo }, signal);
      const body = messageBody({ channel, text, mention, ...defined({ thread }) }, found?.ts);
      return {
        targets: [messageTarget(client, channel, name, '')],
        calls: [
          {
            line: client.api.endpoint.line('POST', '/chat.postMessage'),
            body: JSON.stringify(body),
            target: 0,
          },
        ],
        objects: [`one message in ${name}${found === undefined ? '' : `: ${found.note}`}`],
        lost: 'you can delete the message, but people may have read the message by then',
        ...(found?.isNew === true ? { earlier: { isNewThread: true } } : {}),
      };
    },
    recheck: (plan, signal) => startedThread(parts, plan, signal),
    act: async function* (plan, change, signal) {
      const body = plan.calls[0]?.body;
      if (body === undefined) throw new Error('internal error: a message was planned without a body');
      if (parts.webhook !== undefined) {
        const isAccepted = yield* parts.webhook.send(change, body, signal);
        if (isAccepted)
          yield {
            is: 'output',
            text: 'the webhook accepted the message. opsdeck cannot verify the delivery',
          };
        return;
      }
      const client = requireClient(parts);
      const sent = yield* sendCall(
        client.api,
        change,
        { method: 'POST', path: '/chat.postMessage', body },
        signal,
      );
      const ts = textOf(field(sent?.value, 'ts'));
      const channel = textOf(field(sent?.value, 'channel')) ?? plan.params.channel ?? client.channel;
      if (ts === undefined) return;
      const { thread } = plan.params;
      const id = threadId(channel, thread ?? '');
      if (thread !== undefined && !client.threads.has(id)) client.threads.set(id, ts);
      yield { is: 'made', key: 'ts', value: ts };
      // A reply belongs to the thread of its first message.
      const root = textOf(field(JSON.parse(body), 'thread_ts')) ?? ts;
      if (thread !== undefined) yield { is: 'made', key: 'thread', value: root };
      yield* reportPermalink(client, change, { channel, ts }, signal);
    },
  }),
);

const updateParams = z
  .strictObject({
    text: zText,
    channel: zChannelParam,
    ts: zTs.exactOptional(),
    thread: zThread.exactOptional(),
  })
  .refine(({ ts, thread }) => (ts === undefined) !== (thread === undefined), {
    error: 'name the message: ts: ID, or thread: KEY for the first message of a thread',
  });

/** `update`: replaces the text of a message of the app. Source: Slack, chat.update. */
const updateOperation = defineOperation(
  declareOperation({ name: 'update', danger: 'safe', params: updateParams }),
  (parts: SlackParts) => ({
    plan: async ({ text, channel: wantedChannel, ts: given, thread }, signal) => {
      const client = requireClient(parts);
      const channel = wantedChannel ?? client.channel;
      const found = thread === undefined ? undefined : await findThread(client, channel, thread, signal);
      const ts = given ?? found?.ts;
      if (ts === undefined)
        throw notApplicable(
          `the newest messages of the channel have no thread ${thread ?? ''}: name the ts of the first message of the thread`,
        );
      const link = await planRead(client.api, permalinkPath(channel, ts), signal);
      const body = { channel, ts, text: escapeSlackText(text), parse: 'none', link_names: false };
      return {
        targets: [messageTarget(client, channel, thread ?? ts, '', ts)],
        calls: [
          { line: client.api.endpoint.line('POST', '/chat.update'), body: JSON.stringify(body), target: 0 },
        ],
        objects: [`the message ${textOf(field(link, 'permalink')) ?? ts}`],
        lost: 'the text before',
        earlier: { channel, ts },
      };
    },
    recheck: async () => undefined,
    act: async function* (plan, change, signal) {
      const client = requireClient(parts);
      const body = plan.calls[0]?.body;
      const channel = textOf(field(plan.earlier, 'channel'));
      const ts = textOf(field(plan.earlier, 'ts'));
      if (body === undefined || channel === undefined || ts === undefined)
        throw new Error('internal error: an update was planned without a message');
      const sent = yield* sendCall(
        client.api,
        change,
        { method: 'POST', path: '/chat.update', body },
        signal,
      );
      if (sent !== undefined) yield* reportPermalink(client, change, { channel, ts }, signal);
    },
  }),
);

/** `thread`: the messages of a thread, to verify `post` and `update`. Needs the scope to read the channel. */
const threadOperation = defineReadOperation(
  declareOperation({
    name: 'thread',
    params: z.strictObject({ thread: zThread, channel: zChannelParam }),
    resultKinds: ['json'],
  }),
  (parts: SlackParts) => ({
    plan: async ({ thread, channel: wantedChannel }) => {
      const client = requireClient(parts);
      const channel = wantedChannel ?? client.channel;
      return {
        targets: [messageTarget(client, channel, thread, '')],
        calls: [{ line: client.api.endpoint.line('GET', historyPath(channel)), target: 0 }],
        objects: [`the thread ${thread}`],
      };
    },
    act: async function* (
      { params: { thread, channel: wantedChannel } },
      _,
      signal,
    ): AsyncGenerator<ActEvent> {
      const client = requireClient(parts);
      const channel = wantedChannel ?? client.channel;
      const path = historyPath(channel);
      const line = client.api.endpoint.line('GET', path);
      yield { is: 'call', line };
      try {
        const first = (await client.history(channel, signal)).find(({ key }) => key === thread);
        const json =
          first === undefined
            ? { messages: 0, text: null }
            : { messages: 1 + first.replies, text: first.text };
        const text =
          first === undefined ? 'the thread no longer exists' : `${first.text} · ${first.replies} replies`;
        yield { is: 'found', found: { json, text } };
        yield { is: 'output', text };
        yield { is: 'answered', line, status: '200 OK', ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: client.api.fault(path, error).message, ok: false };
      }
    },
  }),
);

/** The operations of the source. */
export const slackOperations = [postOperation, updateOperation, threadOperation];
