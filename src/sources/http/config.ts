import { z } from 'zod';
import type { ExpectedHealth } from '../../domain/facts/reading.ts';
import { zDuration, zHttpUrl } from '../../domain/facts/schema.ts';
import { endpointHost } from '../../platform/network/dial.ts';
import { hasOverridingQuery, overridingHeader } from '../../platform/network/method-override.ts';
import {
  endpointsByName,
  explicitPort,
  httpConnectionShape,
  tlsForEndpoint,
  urlAtEndpoint,
} from '../kit/contract/connection.ts';
import { zExpectation } from '../kit/contract/expectation.ts';
import type { RouteEndpoint } from '../kit/contract/source.ts';
import { parseJsonPath } from '../kit/values/json.ts';

const zCheckName = z.string().meta({ description: 'id or service of the check to read' });

/** Read targets of a signal on a check: exactly one of these. */
export const httpReads = z.union([
  z
    .strictObject({ latency: zCheckName })
    .meta({ description: 'latency in ms, from sending to the last byte' }),
  z.strictObject({ status: zCheckName }).meta({ description: 'HTTP status code of the last answer' }),
  z
    .strictObject({ failures: zCheckName })
    .meta({ description: 'number of times in a row that the check has failed' }),
  z.strictObject({ tls: zCheckName }).meta({ description: 'number of days until the certificate expires' }),
  z
    .strictObject({
      json: zCheckName,
      path: z.string().refine((path) => parseJsonPath(path) !== undefined, {
        error: 'not a JSON path: use components.db.details.active or nodes[0].up',
      }),
    })
    .meta({ description: 'a number or text from the response body' }),
]);

/** A validated read in normalized form. */
interface HttpRead {
  readonly form: 'latency' | 'status' | 'failures' | 'tls' | 'json';
  readonly check: string;
  readonly path: string;
}

const readForms = ['latency', 'status', 'failures', 'tls', 'json'] as const;

/** Parses the `read` of a signal; undefined when it has none of the forms. */
export const parseHttpRead = (read: Readonly<Record<string, unknown>>): HttpRead | undefined => {
  const what = readForms.find((form) => typeof read[form] === 'string');
  return what && { form: what, check: String(read[what]), path: String(read.path ?? '') };
};

/**
 * Finds the check that a read names: by id, by the only check of a service, by host:port; undefined when none matches.
 */
export const findCheckId = (name: string, config: HttpConfig): string | undefined => {
  const { checks } = config;
  const ofService = checks.filter((check) => check.service === name);
  const httpCheck =
    checks.find((check) => httpCheckId(check) === name) ??
    (ofService.length === 1 ? ofService[0] : undefined) ??
    checks.find((check) => check.tls?.text === name || check.tcp?.text === name);
  return httpCheck && httpCheckId(httpCheck);
};

/**
 * Returns the problem of a read that passed the schema: it names an unknown check, or reads data that the check does
 * not have.
 */
export const httpReadProblem = (
  read: Readonly<Record<string, unknown>>,
  config: HttpConfig,
): string | undefined => {
  const httpRead = parseHttpRead(read);
  if (httpRead === undefined)
    return 'the signal reads nothing: set one of latency, status, json, failures and tls';
  const id = findCheckId(httpRead.check, config);
  const check = config.checks.find((candidate) => httpCheckId(candidate) === id);
  if (check === undefined)
    return `there is no check "${httpRead.check}". ${config.checks.length === 0 ? 'None is configured' : `Available: ${config.checks.map(httpCheckId).join(', ')}`}`;
  const overHttp = check.tcp === undefined && check.tls === undefined;
  if (!overHttp && (httpRead.form === 'status' || httpRead.form === 'json'))
    return `"${httpRead.check}" is not an HTTP check, so the signal cannot read its ${httpRead.form}`;
  return httpRead.form === 'tls' && check.tls === undefined
    ? `"${httpRead.check}" is not a TLS check. Add the check { service, tls: host:port }`
    : undefined;
};

/** Default url of a source behind `via:` without one. */
export const httpViaDefaults = { url: 'http://via' } as const;

/** Checks at every endpoint: the path at the port of the tunnel, other addresses at their own ports. */
export const routeHttpConfig = (
  config: HttpConfig,
  ends: readonly RouteEndpoint[],
  port: number,
): HttpConfig => {
  const url = config.url ?? httpViaDefaults.url;
  return {
    ...config,
    ...tlsForEndpoint(url, config.tls),
    endpoints: endpointsByName(ends).map((end) => ({
      name: end.name,
      url: urlAtEndpoint(url, end, port),
      checks: config.checks.map((check) => routeCheck(check, end, port)),
    })),
  };
};

const routeCheck = (check: HttpCheckConfig, end: RouteEndpoint, port: number): HttpCheckConfig => ({
  ...check,
  ...(check.url === undefined ? {} : { url: urlAtEndpoint(check.url, end, explicitPort(check.url) ?? port) }),
  ...(check.tcp === undefined ? {} : { tcp: routeHostPort(check.tcp, end) }),
  ...(check.tls === undefined ? {} : { tls: routeHostPort(check.tls, end) }),
});

type HostPort = NonNullable<HttpCheckConfig['tcp']>;

const routeHostPort = ({ port }: HostPort, { name }: RouteEndpoint): HostPort => ({
  host: endpointHost(name),
  port,
  text: `${name}:${port}`,
});

/** Splits 'host:port' or '[::1]:443'; undefined for anything else. */
const hostPort = (text: string): { host: string; port: number } | undefined => {
  const [, bracketed, host, port] = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s/]+)):(\d{1,5})$/.exec(text) ?? [];
  const name = bracketed ?? host;
  return name === undefined || Number(port) > 65_535 ? undefined : { host: name, port: Number(port) };
};

const zHostPort = z.string().transform((text, context) => {
  const target = hostPort(text);
  if (target !== undefined) return { ...target, text };
  context.addIssue({ code: 'custom', message: `"${text}" is not an address: use host:port` });
  return z.NEVER;
});

const zCheck = z
  .strictObject({
    id: z
      .string()
      .meta({ description: 'signals name the check by this id. The default is the service' })
      .exactOptional(),
    service: z.string().meta({ description: 'name of the service, as a row in Health' }),
    path: z
      .string()
      .meta({ description: 'path to request, which is appended to the url of the source' })
      .exactOptional(),
    url: zHttpUrl.exactOptional(),
    tcp: zHostPort.meta({ description: 'host:port that must accept a TCP connection' }).exactOptional(),
    tls: zHostPort.meta({ description: 'host:port whose TLS certificate must be valid' }).exactOptional(),
    method: z.enum(['GET', 'HEAD']).exactOptional(),
    headers: z.record(z.string(), z.string()).exactOptional(),
    every: zDuration.exactOptional(),
    timeout: zDuration.exactOptional(),
    expect: zExpectation
      .meta({
        description:
          'the check expects this response. By default, the check expects a status from 200 to 399',
      })
      .exactOptional(),
    degraded: zExpectation
      .meta({
        description: 'response that makes the service degraded, even if the response also matches `expect`',
      })
      .exactOptional(),
  })
  .refine(
    (check) => [check.path, check.url, check.tcp, check.tls].filter((way) => way !== undefined).length <= 1,
    {
      error: 'a check needs an address: set exactly one of path, url, tcp and tls',
    },
  )
  .refine(({ headers }) => overridingHeader(headers) === undefined, {
    path: ['headers'],
    error: 'a check only reads, and this header would change the method: remove the header',
  })
  .refine(({ path = '', url = '' }) => !hasOverridingQuery(path) && !hasOverridingQuery(url), {
    error: 'a check only reads, and _method would change the method: remove _method from the query',
  });

export type HttpCheckConfig = z.infer<typeof zCheck>;

type CheckName = Pick<HttpCheckConfig, 'id' | 'service'>;

/** Name of a check in signals and feeds. */
export const httpCheckId = (check: CheckName): string => check.id ?? check.service;

/** Health row of a check: ids distinguish checks of one service, names distinguish endpoints. */
export const expectedHealthRow = (
  check: CheckName,
  { checks }: { readonly checks: readonly CheckName[] },
  end = '',
): ExpectedHealth => {
  const alone = checks.filter((other) => other.service === check.service).length === 1;
  const instance = [end, alone ? '' : httpCheckId(check)].filter((part) => part !== '').join('/');
  return { service: check.service, instance };
};

const zGiven = z.object({
  checks: z.array(z.object({ service: z.string(), id: z.string().exactOptional() })),
});

/** Health rows of a parsed config; undefined when it is not one. */
export const expectedHttpRows = (config: unknown): readonly ExpectedHealth[] | undefined => {
  const written = zGiven.safeParse(config).data;
  return written?.checks.map((check) => expectedHealthRow(check, written));
};

export const httpConfig = z
  .strictObject({
    url: zHttpUrl.exactOptional(),
    checks: z.array(zCheck).default([]),
    ...httpConnectionShape,
  })
  .superRefine((config, context) => {
    const seen = new Set<string>();
    config.checks.forEach((check, index) => {
      const id = httpCheckId(check);
      const needsUrl = check.url === undefined && check.tcp === undefined && check.tls === undefined;
      if (seen.has(id))
        context.addIssue({
          code: 'custom',
          path: ['checks', index],
          message: `two checks have the id "${id}". Set a different id for one of them`,
        });
      if (needsUrl && config.url === undefined)
        context.addIssue({
          code: 'custom',
          path: ['checks', index],
          message: `check "${id}" has no address: set url on the source or on the check`,
        });
      seen.add(id);
    });
    if (config.identity !== undefined && config.url === undefined)
      context.addIssue({
        code: 'custom',
        path: ['identity'],
        message: 'identity needs an address to request: set url of the source',
      });
  });

/** One endpoint of a `via:`, with its checks. */
interface HttpEndpoint {
  readonly name: string;
  readonly url: string;
  readonly checks: readonly HttpCheckConfig[];
}

export type HttpConfig = z.infer<typeof httpConfig> & {
  /** Endpoints to request instead of `url`, when reached through `via:`. */
  readonly endpoints?: readonly HttpEndpoint[];
};
