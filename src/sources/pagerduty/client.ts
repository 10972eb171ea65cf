import { defined } from '../../domain/base/defined.ts';
import type { ReadIo } from '../../doors/io.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { type JsonApi, openJsonApi } from '../kit/operations/json-api.ts';
import type { PagerdutyConfig } from './config.ts';
import {
  errorText,
  type Incident,
  type OnCallEntry,
  type PagerdutyStatus,
  parseIncident,
  parseOnCall,
  parsePage,
} from './parse.ts';

/** The parts that the feeds, the doctor and the operations of one source share. */
export interface PagerdutyClient {
  readonly source: string;
  readonly config: PagerdutyConfig;
  readonly api: JsonApi;
  /** Undefined without an integration to send events to. */
  readonly events?: JsonApi;
  /** Reads the incidents of a list, oldest first. Throws WireError. */
  incidents(path: string, signal: AbortSignal): Promise<readonly Incident[]>;
  onCalls(signal: AbortSignal): Promise<readonly OnCallEntry[]>;
  /** Reads all pages of a list, such as 'services'. Throws WireError. */
  pages(name: string, path: string, signal: AbortSignal): Promise<readonly unknown[]>;
}

/** Maximum of the API for incidents. */
const pageSize = 100;
/** More open incidents than an operator reads; PagerDuty ends lists at 10,000. */
const maxPages = 20;

const repeated = (name: string, values: readonly string[] = []): readonly string[] =>
  values.map((value) => `${name}[]=${encodeURIComponent(value)}`);

const joined = (path: string, parts: readonly string[]): string =>
  parts.length === 0 ? path : `${path}?${parts.join('&')}`;

/** Path of the incidents with these statuses. */
export const incidentsPath = (
  { services, teams }: Pick<PagerdutyConfig, 'services' | 'teams'>,
  statuses: readonly PagerdutyStatus[],
  more: readonly string[] = [],
): string =>
  joined('/incidents', [
    ...repeated('statuses', statuses),
    ...repeated('service_ids', services),
    ...repeated('team_ids', teams),
    ...more,
  ]);

/** Path of an incident: its id or its number. */
export const incidentPath = (incident: string): string => `/incidents/${encodeURIComponent(incident)}`;

export const onCallsPath = ({ policies }: Pick<PagerdutyConfig, 'policies'>): string =>
  joined('/oncalls', [...repeated('escalation_policy_ids', policies), 'include[]=users']);

/** Path of a list of the services and policies of the account. */
export const accountPath = (path: string, { teams }: Pick<PagerdutyConfig, 'teams'>): string =>
  joined(path, repeated('team_ids', teams));

/** The scope of OAuth that a request takes. Source: PagerDuty docs, Scoped OAuth. */
const scopeOf = (method: string, path: string): string => {
  const [, list = ''] = /^\/(\w+)/.exec(path) ?? [];
  // The entries of the log belong to incidents.
  const resource = list === 'log_entries' ? 'incidents' : list;
  return `${resource}.${method === 'GET' ? 'read' : 'write'}`;
};

const deniedRemedy = ({ method, path }: { readonly method: string; readonly path: string }): string => {
  const scope = scopeOf(method, path);
  return method === 'GET'
    ? `the API key may not read this: use a general-access key, a key of a user with that right, or the scope ${scope}`
    : `the API key may not change this: use a general-access key, which is not read-only, or the scope ${scope}`;
};

/** Opens the clients of a config. Contacts nothing yet; their secrets are masked from now on. */
export const openPagerdutyClient = (source: string, config: PagerdutyConfig, io: ReadIo): PagerdutyClient => {
  const { url, token, from, tls, events } = config;
  secretMasker.add(token.trim());
  if (events !== undefined) secretMasker.add(events.routingKey.trim());
  const shared = { errorText, ...defined({ tls }) };
  const api = openJsonApi(
    source,
    {
      ...shared,
      url,
      auth: { header: { authorization: `Token token=${token.trim()}` } },
      headers: {
        accept: 'application/vnd.pagerduty+json;version=2',
        ...defined({ from }),
      },
      remedy: (status, _, request) => {
        if (status === 401)
          return 'check token of this source: PagerDuty needs a REST API key, not an integration key';
        return status === 403 && request !== undefined ? deniedRemedy(request) : undefined;
      },
    },
    io,
  );
  const pages = async (name: string, path: string, signal: AbortSignal): Promise<readonly unknown[]> => {
    const all: unknown[] = [];
    for (let page = 0; page < maxPages; page += 1) {
      const sign = path.includes('?') ? '&' : '?';
      const body = await api.read(`${path}${sign}limit=${pageSize}&offset=${page * pageSize}`, signal);
      const { items, hasMore } = parsePage(body, name);
      all.push(...items);
      if (!hasMore || items.length === 0) return all;
    }
    throw new WireError(
      'malformed',
      `PagerDuty has more than ${maxPages * pageSize} ${name}, too many to read. Restrict services or teams of the source`,
    );
  };
  return {
    source,
    config,
    api,
    ...(events === undefined ? {} : { events: openJsonApi(source, { ...shared, url: events.url }, io) }),
    incidents: async (path, signal) =>
      (await pages('incidents', path, signal)).map(parseIncident).toSorted((a, b) => a.number - b.number),
    onCalls: async (signal) =>
      (await pages('oncalls', onCallsPath(config), signal))
        .map(parseOnCall)
        .toSorted(
          (a, b) =>
            (a.policy < b.policy ? -1 : a.policy > b.policy ? 1 : 0) ||
            a.escalationLevel - b.escalationLevel ||
            (a.name < b.name ? -1 : 1),
        ),
    pages,
  };
};
