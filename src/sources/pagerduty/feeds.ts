import type { EndedAlert } from '../../domain/facts/alert-rules.ts';
import type { Note, Sample } from '../../domain/facts/facts.ts';
import type { RecentChange } from '../../domain/facts/journal.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import { isoTime } from '../../domain/text/format.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import type { OnCall } from '../../kinds/oncalls/fact.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import { type Feed, onDemandStaleMs, type SignalRequest, type Source } from '../kit/contract/source.ts';
import { field } from '../kit/values/wire-value.ts';
import { accountPath, incidentPath, incidentsPath, onCallsPath, type PagerdutyClient } from './client.ts';
import { type PagerdutyRead, pagerdutyReadSchema } from './config.ts';
import {
  type Incident,
  parseIncident,
  policyLine,
  serviceLine,
  type TitledText,
  windowLine,
} from './parse.ts';

/** Shifts change rarely, and /oncalls has a lower rate limit than other lists. */
const onCallEveryMs = 60_000;

/** 'assigned to Ana Ruiz', 'acknowledged by Ana Ruiz, assigned to Ben Okafor' */
const incidentSummary = ({ assigned, acknowledged }: Incident): string => {
  const by = [...new Set(acknowledged.map((entry) => entry.by).filter((name) => name !== ''))];
  const parts = [
    by.length === 0 ? '' : `acknowledged by ${by.join(', ')}`,
    assigned.length === 0 ? 'not assigned' : `assigned to ${assigned.join(', ')}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
};

/** Labels identify a row, so they hold only what stays: not the status, and not the person. */
const labelsOf = ({ number, service, urgency, priority, policy, team }: Incident): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ incident: String(number), service, urgency, priority, policy, team }).filter(
      ([, value]) => value !== '',
    ),
  );

const alertOf = ({ api, source }: PagerdutyClient, incident: Incident): Alert => {
  const { title, status, urgency, createdAt } = incident;
  return {
    source,
    at: api.now(),
    name: title,
    // A high-urgency incident pages a person.
    severity: urgency === 'high' ? 'page' : urgency,
    state: status === 'acknowledged' ? 'acknowledged' : 'firing',
    ...(createdAt === undefined ? {} : { since: api.toClock(createdAt) }),
    labels: labelsOf(incident),
    summary: incidentSummary(incident),
  };
};

interface SignalRead {
  readonly id: string;
  readonly read: PagerdutyRead;
}

/** The signals of a source, parsed. */
export const signalReads = (signals: readonly SignalRequest[]): readonly SignalRead[] =>
  signals.map(({ id, read }) => ({ id, read: pagerdutyReadSchema.parse(read) }));

/** Builds the samples of the signals that a feed can answer. */
const samplesOf = (
  { source, api }: PagerdutyClient,
  reads: readonly SignalRead[],
  count: (read: PagerdutyRead) => number,
): readonly Sample[] =>
  reads.map(({ id, read }) => ({ source, at: api.now(), signal: id, labels: {}, value: count(read) }));

const countIncidents = (incidents: readonly Incident[], read: PagerdutyRead): number =>
  'incidents' in read
    ? incidents.filter(
        ({ status, urgency, service }) =>
          (read.incidents === 'open' || read.incidents === status) &&
          (read.urgency ?? urgency) === urgency &&
          (read.service ?? service) === service,
      ).length
    : 0;

const ofSignals = (reads: readonly SignalRead[]) =>
  reads.length === 0 ? {} : { signals: reads.map(({ id }) => id) };

/** 'resolved by Ana Ruiz at 10:02 UTC' */
const endText = ({ changedBy, resolvedAt }: Incident): string =>
  [
    'resolved',
    changedBy === '' ? '' : ` by ${changedBy}`,
    resolvedAt === undefined ? '' : ` at ${isoTime(resolvedAt).slice(11, 16)} UTC`,
  ].join('');

/** Incidents whose ends are asked for in one reading, and remembered. */
const maxEndedAtOnce = 10;
const maxEnded = 200;

/**
 * Creates the reader of the ends of incidents: of one that is no longer open it reads who resolved it. What cannot be read is asked for again
 * in the next reading.
 */
const createEndedReader = (client: PagerdutyClient) => {
  const { api } = client;
  let awaited: ReadonlyMap<string, Incident> = new Map();
  let ended: readonly EndedAlert[] = [];
  return async (open: readonly Incident[], signal: AbortSignal): Promise<readonly EndedAlert[]> => {
    const now = new Map(open.map((incident) => [incident.id, incident]));
    const gone = [...awaited.values()].filter(({ id }) => !now.has(id));
    const questions = await Promise.all(
      gone.map(async (was, index) => {
        try {
          if (index >= maxEndedAtOnce) return { was };
          const body = await api.read(incidentPath(was.id), signal);
          return { was, is: parseIncident(field(body, 'incident')) };
        } catch {
          return { was };
        }
      }),
    );
    const came = questions.flatMap(({ was, is }): readonly EndedAlert[] =>
      is?.status !== 'resolved'
        ? []
        : [
            {
              ...{
                name: was.title,
                labels: labelsOf(was),
                how: endText(is),
                isByPerson: is.isChangedByPerson,
              },
              ...(is.resolvedAt === undefined ? {} : { at: api.toClock(is.resolvedAt) }),
            },
          ],
    );
    ended = [...ended, ...came].slice(-maxEnded);
    awaited = new Map([
      ...questions.flatMap(({ was, is }) => (is === undefined ? [[was.id, was] as const] : [])),
      ...now,
    ]);
    return ended;
  };
};

/** Triggered and acknowledged incidents, as alerts. */
export const incidentsFeed = (client: PagerdutyClient, all: readonly SignalRead[]): Feed => {
  const { source, config, api } = client;
  const reads = all.filter(({ read }) => 'incidents' in read);
  const path = incidentsPath(config, ['triggered', 'acknowledged']);
  const readEnded = createEndedReader(client);
  return {
    id: `${source}/incidents`,
    source,
    name: 'incidents',
    kind: 'alerts',
    readsAlertRules: true,
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    ...ofSignals(reads),
    read: async (signal): Promise<Reading<Alert>> => {
      try {
        const incidents = await client.incidents(path, signal);
        return {
          items: incidents.map((incident) => alertOf(client, incident)),
          alertRules: { rules: [], ended: await readEnded(incidents, signal) },
          ...(reads.length === 0
            ? {}
            : { samples: samplesOf(client, reads, (read) => countIncidents(incidents, read)) }),
          faults: [],
        };
      } catch (error) {
        return { items: [], faults: [api.fault(path, error)] };
      }
    },
  };
};

/** People who are on call now. */
export const onCallFeed = (client: PagerdutyClient, all: readonly SignalRead[]): Feed => {
  const { source, config, api } = client;
  const reads = all.filter(({ read }) => 'onCall' in read);
  const everyMs = Math.max(config.every, onCallEveryMs);
  return {
    id: `${source}/oncall`,
    source,
    name: 'oncall',
    kind: 'oncalls',
    everyMs,
    staleMs: staleAfter(everyMs),
    timeoutMs: config.timeout,
    ...ofSignals(reads),
    read: async (signal): Promise<Reading<OnCall>> => {
      try {
        const entries = await client.onCalls(signal);
        const items = entries.map(
          ({ email, start, end, ...entry }): OnCall => ({
            source,
            at: api.now(),
            ...entry,
            ...(email === '' ? {} : { email }),
            ...(start === undefined ? {} : { startsAt: api.toClock(start) }),
            ...(end === undefined ? {} : { endsAt: api.toClock(end) }),
          }),
        );
        const count = (read: PagerdutyRead): number =>
          'onCall' in read
            ? new Set(
                entries
                  .filter(
                    (entry) => entry.policy === read.onCall && entry.escalationLevel === read.escalationLevel,
                  )
                  .map(({ name }) => name),
              ).size
            : 0;
        return {
          items,
          ...(reads.length === 0 ? {} : { samples: samplesOf(client, reads, count) }),
          faults: [],
        };
      } catch (error) {
        return { items: [], faults: [api.fault(onCallsPath(config), error)] };
      }
    },
  };
};

/** A list that is read on demand, as notes. */
const listFeed = (
  client: PagerdutyClient,
  { name, list, path }: { readonly name: string; readonly list: string; readonly path: string },
  lineOf: (item: unknown) => TitledText,
): Feed => ({
  id: `${client.source}/${name}`,
  source: client.source,
  name,
  kind: 'notes',
  everyMs: 0,
  staleMs: onDemandStaleMs,
  timeoutMs: client.config.timeout,
  read: async (signal): Promise<Reading<Note>> => {
    const { source, api } = client;
    try {
      const items = await client.pages(list, path, signal);
      return { items: items.map((item) => ({ source, at: api.now(), ...lineOf(item) })), faults: [] };
    } catch (error) {
      return { items: [], faults: [api.fault(path, error)] };
    }
  },
});

/** Escalation policies, services and maintenance windows, on demand. */
export const listFeeds = (client: PagerdutyClient): readonly Feed[] => {
  const { config, api } = client;
  const lists = {
    policies: {
      name: 'policies',
      list: 'escalation_policies',
      path: accountPath('/escalation_policies', config),
    },
    services: { name: 'services', list: 'services', path: accountPath('/services', config) },
    maintenance: {
      name: 'maintenance',
      list: 'maintenance_windows',
      path: '/maintenance_windows?filter=open',
    },
  };
  return [
    listFeed(client, lists.policies, policyLine),
    listFeed(client, lists.services, serviceLine),
    listFeed(client, lists.maintenance, (item) => windowLine(item, api.wallNow())),
  ];
};

/** The last word is the name that dependencies use: the service. */
const subjectOf = ({ number, title, service }: Incident): string =>
  `incident #${number} ${title}${service === '' ? '' : ` · ${service}`}`;

const changesOf = ({ api }: PagerdutyClient, incident: Incident): readonly RecentChange[] => {
  const { urgency, createdAt, resolvedAt, status, acknowledged, changedBy } = incident;
  const what = subjectOf(incident);
  const change = (ms: number | undefined, level: RecentChange['level'], text: string): RecentChange[] =>
    ms === undefined ? [] : [{ at: api.toClock(ms), kind: 'alert', level, what, change: text }];
  return [
    ...change(createdAt, urgency === 'high' ? 'crit' : 'warn', `TRIGGERED, ${urgency} urgency`),
    ...acknowledged.flatMap((entry) => change(entry.at, 'warn', `ACKNOWLEDGED by ${entry.by}`)),
    ...(status === 'resolved'
      ? change(resolvedAt, 'ok', `RESOLVED${changedBy === '' ? '' : ` by ${changedBy}`}`)
      : []),
  ];
};

/** Incidents that were triggered since a time, with their acknowledgements and ends. */
export const incidentChanges =
  (client: PagerdutyClient): NonNullable<Source['recentChanges']> =>
  async (since, signal) => {
    const { api, config } = client;
    const wallSince = since + (api.wallNow() - api.now());
    const path = incidentsPath(
      config,
      ['triggered', 'acknowledged', 'resolved'],
      [`since=${encodeURIComponent(new Date(wallSince).toISOString())}`],
    );
    try {
      const incidents = await client.incidents(path, signal);
      const changes = incidents
        .flatMap((incident) => changesOf(client, incident))
        .filter(({ at }) => at >= since && at <= api.now())
        .toSorted((a, b) => a.at - b.at);
      return { changes, faults: [] };
    } catch (error) {
      return { changes: [], faults: [api.fault(path, error)] };
    }
  };
