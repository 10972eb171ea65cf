import { defined } from '../../../domain/base/defined.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import {
  type Handler,
  okJson,
  type ParsedRequest,
  parseBody,
  type ServerReply,
} from '../http/http-server.ts';

/** A message of the simulated workspace. */
export interface ChannelMessage {
  readonly ts: string;
  text: string;
  /** The message whose thread it is in. */
  readonly threadTs?: string;
  readonly metadata?: unknown;
}

/** One simulated workspace with one channel. */
export interface SlackState {
  readonly clock: Clock;
  readonly channel: { readonly id: string; readonly name: string; isMember: boolean; isArchived: boolean };
  /** Scopes of the token. */
  readonly scopes: ReadonlySet<string>;
  readonly messages: ChannelMessage[];
}

/** The scopes that opsdeck uses. */
export const allScopes: ReadonlySet<string> = new Set(['chat:write', 'channels:read', 'channels:history']);

const failed = (error: string, more: object = {}): ServerReply => okJson({ ok: false, error, ...more });

const wordOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Adds a message as chat.postMessage does. Returns it. */
export const postMessage = (
  { clock, messages }: SlackState,
  { text, thread_ts: threadTs, metadata }: Readonly<Record<string, unknown>>,
): ChannelMessage => {
  const ts = `${Math.floor(clock.now() / 1000)}.${String(messages.length + 1).padStart(6, '0')}`;
  const message = {
    ts,
    text: wordOf(text),
    ...(typeof threadTs === 'string' ? { threadTs } : {}),
    ...defined({ metadata }),
  };
  messages.push(message);
  return message;
};

const post = (state: SlackState, { body: written }: ParsedRequest): ServerReply => {
  const body = parseBody(written);
  if (wordOf(body.text) === '') return failed('no_text');
  if (!state.channel.isMember) return failed('not_in_channel');
  const message = postMessage(state, body);
  return okJson({
    ok: true,
    channel: state.channel.id,
    ts: message.ts,
    message: { type: 'message', ...message },
  });
};

const update = ({ messages, channel }: SlackState, { body: written }: ParsedRequest): ServerReply => {
  const { ts, text } = parseBody(written);
  const found = messages.find((message) => message.ts === ts);
  if (found === undefined) return failed('message_not_found');
  found.text = wordOf(text);
  return okJson({ ok: true, channel: channel.id, ts: found.ts, text: found.text });
};

const history = ({ messages }: SlackState): ServerReply =>
  okJson({
    ok: true,
    messages: messages
      .filter(({ threadTs }) => threadTs === undefined)
      .toReversed()
      .map(({ ts, text, metadata }) => ({
        type: 'message',
        ts,
        text,
        reply_count: messages.filter(({ threadTs }) => threadTs === ts).length,
        ...defined({ metadata }),
      })),
    has_more: false,
  });

interface Method {
  readonly verb: 'GET' | 'POST';
  readonly scope?: string;
  /** True: it names a channel. */
  readonly inChannel?: true;
  answer(state: SlackState, ask: ParsedRequest): ServerReply;
}

const methods: Readonly<Record<string, Method>> = {
  'auth.test': {
    verb: 'GET',
    answer: () =>
      okJson({
        ok: true,
        url: 'https://example.slack.com/',
        team: 'Example',
        user: 'opsdeck',
        team_id: 'T0EXAMPLE',
        user_id: 'U0OPSDECK',
        bot_id: 'B0OPSDECK',
      }),
  },
  'conversations.info': {
    verb: 'GET',
    scope: 'channels:read',
    inChannel: true,
    answer: ({ channel: { id, name, isMember, isArchived } }) =>
      okJson({
        ok: true,
        channel: {
          id,
          name,
          is_channel: true,
          is_member: isMember,
          is_archived: isArchived,
          num_members: 12,
          topic: { value: 'Payments', creator: '', last_set: 0 },
        },
      }),
  },
  'conversations.history': { verb: 'GET', scope: 'channels:history', inChannel: true, answer: history },
  'chat.getPermalink': {
    verb: 'GET',
    inChannel: true,
    answer: ({ messages, channel }, { query }) => {
      const ts = query.get('message_ts') ?? '';
      return messages.some((message) => message.ts === ts)
        ? okJson({
            ok: true,
            channel: channel.id,
            permalink: `https://example.slack.com/archives/${channel.id}/p${ts.replace('.', '')}`,
          })
        : failed('message_not_found');
    },
  },
  'chat.postMessage': { verb: 'POST', scope: 'chat:write', inChannel: true, answer: post },
  'chat.update': { verb: 'POST', scope: 'chat:write', inChannel: true, answer: update },
};

/** Handles the methods of the Web API that opsdeck calls. Tokens are not verified, except for their scopes. */
export const slackHandler =
  (state: SlackState): Handler =>
  (ask) => {
    const [root, name = '', ...rest] = ask.path;
    const method = root === 'api' && rest.length === 0 ? methods[name] : undefined;
    if (method === undefined) return failed('unknown_method');
    if (method.verb !== ask.method) return { status: 405, json: { ok: false, error: 'method_not_allowed' } };
    const provided = [...state.scopes].join(',');
    if (method.scope !== undefined && !state.scopes.has(method.scope))
      return failed('missing_scope', { needed: method.scope, provided });
    const channel = ask.method === 'GET' ? ask.query.get('channel') : parseBody(ask.body).channel;
    if (method.inChannel === true && channel !== state.channel.id) return failed('channel_not_found');
    return method.answer(state, ask);
  };
