import { defined } from '../../domain/base/defined.ts';
import type { FaultKind } from '../../domain/base/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { type JsonApi, type JsonApiError, openJsonApi } from '../kit/operations/json-api.ts';
import { field, number, requiredList, text } from '../kit/values/wire-value.ts';
import type { SlackConfig } from './config.ts';
import { unescapeSlackText } from './escape.ts';

/** Event type of the metadata by which the first message of a thread is found again. */
export const threadEvent = 'opsdeck_thread';

/** A message of a channel. */
export interface SlackMessage {
  /** Its id in the channel: seconds with microseconds. */
  readonly ts: string;
  readonly text: string;
  readonly replies: number;
  /** Key of the thread that it starts; absent: it starts none of opsdeck. */
  readonly key?: string;
}

/** A channel. */
export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  readonly isMember: boolean;
  readonly isArchived: boolean;
  readonly members?: number;
  readonly topic: string;
}

/** The workspace and user of a token. */
export interface SlackIdentity {
  readonly team: string;
  readonly teamId: string;
  readonly user: string;
}

/** The parts that the feed, the doctor and the operations of a source with a token share. */
export interface SlackClient {
  readonly source: string;
  readonly api: JsonApi;
  readonly channel: string;
  readonly every: number;
  readonly timeout: number;
  identity(signal: AbortSignal): Promise<SlackIdentity>;
  channelInfo(channel: string, signal: AbortSignal): Promise<SlackChannel>;
  /** Reads the newest messages of a channel, newest first. Throws WireError. */
  history(channel: string, signal: AbortSignal): Promise<readonly SlackMessage[]>;
  /** Threads that this source has started or found, by channel and key. */
  readonly threads: Map<string, string>;
}

export const authPath = '/auth.test';
export const channelPath = (channel: string): string =>
  `/conversations.info?channel=${channel}&include_num_members=true`;
/** The newest messages, with the metadata that finds a thread again. */
export const historyPath = (channel: string): string =>
  `/conversations.history?channel=${channel}&limit=200&include_all_metadata=true`;
/** Succeeds only for a message that exists, and needs no scope. */
export const permalinkPath = (channel: string, ts: string): string =>
  `/chat.getPermalink?channel=${channel}&message_ts=${encodeURIComponent(ts)}`;

/** Kinds of errors by their code. Source: Slack docs, Web API methods, errors. */
const kinds: Readonly<Record<string, FaultKind>> = {
  invalid_auth: 'denied',
  not_authed: 'denied',
  account_inactive: 'denied',
  token_revoked: 'denied',
  token_expired: 'denied',
  missing_scope: 'denied',
  no_permission: 'denied',
  not_in_channel: 'denied',
  channel_not_found: 'missing',
  message_not_found: 'missing',
  ratelimited: 'throttled',
};

const remedies: Readonly<Record<string, string>> = {
  not_in_channel: 'invite the app to the channel: /invite @APP',
  channel_not_found: 'check the channel id. Invite the app to a private channel',
};

/** The error of a response: Slack reports errors with status 200. Undefined when it succeeded. */
const slackError = (body: unknown): JsonApiError | undefined => {
  const ok = field(body, 'ok');
  if (ok === true) return undefined;
  const code = text(field(body, 'error'));
  if (ok !== false || code === undefined)
    return {
      kind: 'malformed',
      message: 'the response is not from the Slack Web API: check url of the source, and proxies in between',
    };
  const needed = text(field(body, 'needed'));
  const kind = kinds[code] ?? 'malformed';
  if (needed !== undefined)
    return {
      kind,
      message: `${code}: needs ${needed}`,
      remedy: `add the scope ${needed} to the app under OAuth & Permissions, and reinstall the app`,
    };
  const remedy = remedies[code] ?? (kind === 'denied' ? 'check token: of this source' : undefined);
  return { kind, message: code, ...defined({ remedy }) };
};

const parseMessage = (body: unknown): readonly SlackMessage[] => {
  const ts = text(field(body, 'ts'));
  if (ts === undefined) return [];
  const metadata = field(body, 'metadata');
  const key =
    field(metadata, 'event_type') === threadEvent
      ? text(field(field(metadata, 'event_payload'), 'key'))
      : undefined;
  return [
    {
      ts,
      text: unescapeSlackText(text(field(body, 'text')) ?? ''),
      replies: number(field(body, 'reply_count')) ?? 0,
      ...defined({ key }),
    },
  ];
};

const parseChannel = (body: unknown): SlackChannel => {
  const channel = field(body, 'channel');
  const id = text(field(channel, 'id'));
  if (id === undefined)
    throw new WireError(
      'malformed',
      'the response of Slack describes no channel: check channel of the source',
    );
  const members = number(field(channel, 'num_members'));
  return {
    id,
    name: text(field(channel, 'name')) ?? id,
    isMember: field(channel, 'is_member') === true,
    isArchived: field(channel, 'is_archived') === true,
    ...defined({ members }),
    topic: text(field(field(channel, 'topic'), 'value')) ?? '',
  };
};

const parseIdentity = (body: unknown): SlackIdentity => {
  const teamId = text(field(body, 'team_id'));
  if (teamId === undefined)
    throw new WireError(
      'malformed',
      'the response of Slack describes no workspace: check token of the source',
    );
  return {
    teamId,
    team: text(field(body, 'team')) ?? teamId,
    user: text(field(body, 'user')) ?? text(field(body, 'user_id')) ?? 'unknown user',
  };
};

/** Opens the client of a token. Contacts nothing yet; the token is masked from now on. */
export const openSlackClient = (
  source: string,
  { url, tls, every, timeout }: Pick<SlackConfig, 'url' | 'tls' | 'every' | 'timeout'>,
  { token, channel }: { readonly token: string; readonly channel: string },
  io: ReadIo,
): SlackClient => {
  secretMasker.add(token.trim());
  const api = openJsonApi(
    source,
    {
      url,
      auth: { bearer: token },
      ...defined({ tls }),
      errorText: (body) => text(field(body, 'error')) ?? '',
      bodyError: slackError,
    },
    io,
  );
  return {
    source,
    api,
    channel,
    every,
    timeout,
    threads: new Map(),
    identity: async (signal) => parseIdentity(await api.read(authPath, signal)),
    channelInfo: async (part, signal) => parseChannel(await api.read(channelPath(part), signal)),
    history: async (part, signal) =>
      requiredList(field(await api.read(historyPath(part), signal), 'messages'), 'messages').flatMap(
        parseMessage,
      ),
  };
};
