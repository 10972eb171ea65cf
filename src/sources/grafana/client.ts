import { defined } from '../../domain/base/defined.ts';
import type { ReadIo } from '../../doors/io.ts';
import { type JsonApi, openJsonApi } from '../kit/operations/json-api.ts';
import { field, text } from '../kit/values/wire-value.ts';
import type { GrafanaConfig } from './config.ts';
import { type Annotation, parseAnnotations, parsePermissions } from './parse.ts';

export const healthPath = '/api/health';
export const ruleStatesPath = '/api/prometheus/grafana/api/v1/rules';
export const permissionsPath = '/api/access-control/user/permissions';
export const annotationsPath = '/api/annotations';

/** Path of one annotation. */
export const annotationPath = (id: number | string): string =>
  `${annotationsPath}/${encodeURIComponent(String(id))}`;

/** Most annotations of one answer. */
const maxAnnotations = 500;

/** The parts that the feeds, the doctor and the operations of one source share. */
export interface GrafanaClient {
  readonly source: string;
  readonly config: GrafanaConfig;
  readonly api: JsonApi;
  /** Reads the annotations that people and tools have written, oldest first. Throws WireError. */
  annotations(
    range: { readonly fromMs: number; readonly tags: readonly string[] },
    signal: AbortSignal,
  ): Promise<readonly Annotation[]>;
  /** The actions that the token may do. Throws WireError. */
  permissions(signal: AbortSignal): Promise<ReadonlySet<string>>;
}

/** Path of the annotations since a time; state changes of alerts are excluded. */
export const annotationsSincePath = (fromMs: number, toMs: number, tags: readonly string[]): string =>
  [
    `${annotationsPath}?type=annotation&from=${Math.round(fromMs)}&to=${Math.round(toMs)}&limit=${maxAnnotations}`,
    ...(tags.length > 1 ? ['matchAny=true'] : []),
    ...tags.map((tag) => `tags=${encodeURIComponent(tag)}`),
  ].join('&');

/** Path of the dashboards with a tag of the config. */
export const dashboardsPath = ({ dashboards = [] }: Pick<GrafanaConfig, 'dashboards'>): string =>
  ['/api/search?type=dash-db&limit=1000', ...dashboards.map((tag) => `tag=${encodeURIComponent(tag)}`)].join(
    '&',
  );

/** Opens the client of a config. Contacts nothing yet. */
export const openGrafanaClient = (source: string, config: GrafanaConfig, io: ReadIo): GrafanaClient => {
  const { url, auth, tls } = config;
  const api = openJsonApi(
    source,
    {
      url,
      ...defined({ auth, tls }),
      errorText: (body) => text(field(body, 'message')) ?? '',
      remedy: (status, message) => {
        const [, right] = /Permissions needed: (.+)$/.exec(message) ?? [];
        if (right !== undefined)
          return `grant the permission ${right} to the service account, directly or by a role`;
        return status === 401 ? 'set auth: { bearer } to a token of a service account' : undefined;
      },
    },
    io,
  );
  return {
    source,
    config,
    api,
    annotations: async ({ fromMs, tags }, signal) =>
      parseAnnotations(await api.read(annotationsSincePath(fromMs, api.wallNow(), tags), signal)),
    permissions: async (signal) => parsePermissions(await api.read(permissionsPath, signal)),
  };
};
