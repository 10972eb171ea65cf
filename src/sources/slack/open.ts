import { defined } from '../../domain/base/defined.ts';
import type { Fault } from '../../domain/base/fault.ts';
import type { Note } from '../../domain/facts/facts.ts';
import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { ReadIo } from '../../doors/io.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import { runChecks } from '../kit/contract/doctor-checks.ts';
import { readPart } from '../kit/contract/fingerprint.ts';
import type { Feed, Finding, Source, SourceOptions } from '../kit/contract/source.ts';
import { authPath, channelPath, historyPath, openSlackClient, type SlackClient } from './client.ts';
import type { SlackConfig } from './config.ts';
import { type SlackParts, slackOperations } from './operations.ts';
import { openWebhook } from './webhook.ts';

/** The channel: whether the app can post to it, known before a message is needed. */
const channelFeed = (client: SlackClient): Feed => ({
  id: `${client.source}/channel`,
  source: client.source,
  name: 'channel',
  kind: 'notes',
  everyMs: client.every,
  staleMs: staleAfter(client.every),
  timeoutMs: client.timeout,
  read: async (signal): Promise<Reading<Note>> => {
    const { source, api, channel } = client;
    try {
      const { name, id, isMember, isArchived, members, topic } = await client.channelInfo(channel, signal);
      const parts = [
        isArchived ? 'archived' : '',
        isMember ? 'the app is a member' : 'the app is not a member',
        members === undefined ? '' : `${members} members`,
        topic,
        `id ${id}`,
      ];
      const text = parts.filter((part) => part !== '').join(' · ');
      return { items: [{ source, at: api.now(), title: `#${name}`, text }], faults: [] };
    } catch (error) {
      return { items: [], faults: [api.fault(channelPath(channel), error)] };
    }
  },
});

/** Examines a token: its workspace, the channel, and the scopes that the operations need. Nothing is posted. */
const diagnoseToken = (client: SlackClient, signal: AbortSignal): Promise<readonly Finding[]> => {
  const { api, channel } = client;
  return runChecks(
    api,
    [
      {
        call: authPath,
        run: async () => {
          const { team, user } = await client.identity(signal);
          return `workspace ${team} as ${user}`;
        },
      },
      {
        call: channelPath(channel),
        run: async () => {
          const { name, isMember, isArchived } = await client.channelInfo(channel, signal);
          if (isArchived) throw new WireError('missing', `#${name} is archived`);
          if (!isMember)
            throw new WireError('denied', `the app is not a member of #${name}: invite the app with /invite`);
          return `#${name}: the app is a member. Posting requires the scope chat:write`;
        },
      },
      {
        call: historyPath(channel),
        run: async () => {
          await client.history(channel, signal);
          return 'opsdeck can read the channel: threads are found again after a restart, and messages are verified';
        },
      },
    ],
    signal,
  );
};

/** Undefined when the token belongs to the expected workspace. */
const workspaceFault = async (
  client: SlackClient,
  team: string,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  const { api } = client;
  const different = (what: string): Fault =>
    api.endpoint.say(
      'wrong-system',
      authPath,
      `identity mismatch, because the token belongs to a different workspace: ${what}`,
    );
  try {
    const { teamId, team: name } = await client.identity(signal);
    return teamId === team ? undefined : different(`${name} (${teamId}), expected ${team}`);
  } catch (error) {
    return error instanceof WireError && error.kind === 'malformed'
      ? different(error.message)
      : api.fault(authPath, error);
  }
};

/** Reads which workspace answers. Source: Slack docs, Web API methods, auth.test. Throws WireError. */
const workspaceFingerprint = (client: SlackClient, signal: AbortSignal): Promise<SystemFingerprint> =>
  readPart('workspace', async () => ({ parts: { workspace: (await client.identity(signal)).teamId } }));

/** Opens one source. Contacts nothing yet. */
export const openSlack = ({ id, config }: SourceOptions<SlackConfig>, io: ReadIo): Source => {
  const { token, channel, webhook, identity } = config;
  const client =
    token === undefined || channel === undefined
      ? undefined
      : openSlackClient(id, config, { token, channel }, io);
  const opened = webhook === undefined ? undefined : openWebhook(id, webhook, config, io);
  const parts: SlackParts = {
    source: id,
    ...defined({ client, webhook: opened }),
  };
  return {
    id,
    feeds: client === undefined ? [] : [channelFeed(client)],
    operations: slackOperations.map((slackOperation) => slackOperation.open(parts)),
    ...(identity === undefined || client === undefined
      ? {}
      : { identify: (signal) => workspaceFault(client, identity.team, signal) }),
    ...(client === undefined ? {} : { fingerprint: (signal) => workspaceFingerprint(client, signal) }),
    doctor: async (signal) =>
      client === undefined
        ? [
            {
              source: id,
              ok: true,
              what: `webhook at ${opened?.place ?? 'an unknown address'}: opsdeck can only post there, and cannot test it without a message`,
            },
          ]
        : diagnoseToken(client, signal),
    close: () => io.close(),
  };
};
