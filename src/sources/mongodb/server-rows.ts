import { type MongoDocument, MongoError } from '../../clients/mongodb/mongo-types.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { formatAge } from '../../domain/text/duration.ts';
import { formatCount, isoTime } from '../../domain/text/format.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import type { DetailRow } from '../kit/contract/client-feed.ts';
import { entries, field } from '../kit/values/wire-value.ts';
import type { MongoClient } from './client.ts';
import { bytesText, countText, type ReadTable, rowText } from './detail-rows.ts';
import { readOplog } from './oplog.ts';
import {
  dateIn,
  documentsIn,
  documentText,
  lagSeconds,
  mongoCommandText,
  numberIn,
  parseReplicaSet,
  textIn,
} from './parse.ts';
import { cacheOf } from './status-samples.ts';

/** Error codes. Source: MongoDB, src/mongo/base/error_codes.yml. */
const unauthorized = 13;
const commandNotFound = 59;
const noReplication = 76;

/** Level and threshold of the profiler. Source: MongoDB docs, profile. */
const profilerText = (reply: MongoDocument): string => {
  const level = numberIn(reply, 'was');
  const slow = `slower than ${countText(numberIn(reply, 'slowms'))} ms`;
  if (level === 0) return `off · the log has operations ${slow}`;
  return level === 1 ? `operations ${slow}` : level === 2 ? 'every operation' : 'unknown';
};

/** '2026-03-04 10:15:00Z': the time that the log of the server has, too. */
const utcText = (ms: Millis): string => `${isoTime(ms).slice(0, 19).replace('T', ' ')}Z`;

/** The newest profiled operations. Without the profiler there are none, or old ones. */
export const slowRows: ReadTable = async (client, signal) => {
  const profiler = await client.ask({ profile: -1 }, signal);
  const found = documentsIn(
    await client.ask({ find: 'system.profile', sort: { ts: -1 }, limit: client.config.slow.limit }, signal),
    'system.profile',
  );
  return [
    ...(numberIn(profiler, 'was') === 0 ? [{ title: 'profiler', text: profilerText(profiler) }] : []),
    ...found.map((operation): DetailRow => {
      const ranAt = dateIn(operation, 'ts');
      const examined = numberIn(operation, 'docsExamined');
      const returned = numberIn(operation, 'nreturned');
      return {
        title:
          mongoCommandText(field(operation, 'command')) ||
          `${textIn(operation, 'op')} ${textIn(operation, 'ns')}`,
        text: rowText(
          `${countText(numberIn(operation, 'millis'))} ms`,
          textIn(operation, 'planSummary'),
          examined === undefined ? '' : `${formatCount(examined)} examined`,
          returned === undefined ? '' : `${formatCount(returned)} returned`,
          ranAt === undefined ? '' : utcText(ranAt),
          textIn(operation, 'appName'),
        ),
      };
    }),
  ];
};

/** replSetGetStatus; undefined for a standalone server. */
const replicaSetOf = async (client: MongoClient, signal: AbortSignal): Promise<MongoDocument | undefined> => {
  try {
    return await client.ask({ replSetGetStatus: 1 }, signal, 'admin');
  } catch (error) {
    if (error instanceof MongoError && error.code === noReplication) return undefined;
    throw error;
  }
};

/** Members with their lag, and the oplog. */
export const replicationRows: ReadTable = async (client, signal) => {
  const reply = await replicaSetOf(client, signal);
  if (reply === undefined) return [];
  const set = parseReplicaSet(reply);
  const rows = set.members.map((member): DetailRow => {
    const lag = member.state === 'SECONDARY' ? lagSeconds(set, member) : undefined;
    return {
      title: member.name,
      text: rowText(
        member.isUp ? member.state : `unreachable (${member.state})`,
        member.state === 'SECONDARY' ? `lag ${lag === undefined ? 'unknown' : `${formatCount(lag)} s`}` : '',
        member.pingMs === undefined ? '' : `ping ${formatCount(member.pingMs)} ms`,
        member.message,
      ),
    };
  });
  const oplog = await readOplog(client, signal);
  return [
    ...rows,
    {
      title: 'oplog',
      text: [
        oplog.seconds === undefined ? 'the window is unknown' : `window ${formatAge(oplog.seconds * 1000)}`,
        `${bytesText(oplog.usedBytes)} of ${bytesText(oplog.maxBytes)}`,
      ].join(' · '),
    },
  ];
};

/** The profiler, and the parameters of the config that this server has. */
export const settingRows: ReadTable = async (client, signal) => {
  const { parameters } = client.config;
  const { replies } = await client.askAll(
    {
      commands: [
        { database: client.database, command: { profile: -1 }, mayFail: true },
        // One command each: an unknown name fails the whole command.
        ...parameters.map((name) => ({
          database: 'admin',
          command: { getParameter: 1, [name]: 1 },
          mayFail: true as const,
        })),
      ],
    },
    signal,
  );
  const [profiler = {}, ...values] = replies;
  if (profiler.code === unauthorized && values.every(({ code }) => code === unauthorized))
    await client.ask({ getParameter: 1, [parameters[0] ?? 'logLevel']: 1 }, signal, 'admin');
  return [
    {
      title: 'profiler',
      text: profiler.ok === 1 ? profilerText(profiler) : `unknown: ${textIn(profiler, 'errmsg')}`,
    },
    ...parameters.flatMap((name, index): readonly DetailRow[] => {
      const reply = values[index] ?? {};
      if (reply.ok === 1) return [{ title: name, text: parameterText(name, reply[name]) }];
      // Any other error: a parameter of another version.
      return reply.code === unauthorized || reply.code === commandNotFound
        ? [{ title: name, text: `unknown: ${textIn(reply, 'errmsg')}` }]
        : [];
    }),
  ];
};

const secretParameter = /password|secret|key|token|credential/i;

/** A parameter for display. */
export const parameterText = (name: string, value: unknown): string =>
  secretParameter.test(name) && typeof value === 'string' && value !== '' ? '…' : documentText(value);

/** True for a parameter whose value must not be shown or stored. */
export const isSecretParameter = (name: string): boolean => secretParameter.test(name);

/** Cache, memory, queues and latencies of the server. */
export const loadRows: ReadTable = async (client, signal) => {
  const status = await client.ask({ serverStatus: 1 }, signal, 'admin');
  const { max, used, dirty } = cacheOf(status);
  const memory = field(status, 'mem');
  const queue = field(field(status, 'globalLock'), 'currentQueue');
  const uptime = numberIn(status, 'uptime');
  const latencies = entries(field(status, 'opLatencies')).flatMap(([name, value]): readonly string[] => {
    const micros = numberIn(value, 'latency');
    const operations = numberIn(value, 'ops');
    return micros === undefined || operations === undefined || operations <= 0
      ? []
      : [`${oneLine(name)} ${formatCount(micros / operations / 1000)} ms`];
  });
  const mebibytes = numberIn(memory, 'resident');
  return [
    {
      title: 'server',
      text: `MongoDB ${textIn(status, 'version')} · up ${uptime === undefined ? 'unknown' : formatAge(uptime * 1000)}`,
    },
    {
      title: 'cache',
      text:
        max === undefined
          ? 'the storage engine is not WiredTiger, so there is no cache to show'
          : `${bytesText(used)} of ${bytesText(max)} · ${bytesText(dirty)} dirty`,
    },
    {
      title: 'resident memory',
      text: bytesText(mebibytes === undefined ? undefined : mebibytes * 1024 * 1024),
    },
    {
      title: 'waiting operations',
      text: `${countText(numberIn(queue, 'readers'))} readers · ${countText(numberIn(queue, 'writers'))} writers`,
    },
    {
      title: 'mean latency',
      text: latencies.length === 0 ? 'no operations since the server started' : latencies.join(' · '),
    },
    {
      title: 'expired documents',
      text: `${countText(numberIn(field(field(status, 'metrics'), 'ttl'), 'deletedDocuments'))} deleted by TTL indexes`,
    },
    {
      title: 'assertions',
      text:
        entries(field(status, 'asserts'))
          .filter(([name]) => name !== 'rollovers')
          .map(([name, count]) => `${oneLine(name)} ${String(count)}`)
          .join(' · ') || 'unknown',
    },
  ];
};
