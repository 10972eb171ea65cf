import { z } from 'zod';
import type { Expected } from '../../domain/reading.ts';
import { zDuration, zHttpUrl } from '../../domain/schema.ts';
import { connection } from '../connection.ts';
import { zExpectation } from '../expectation.ts';

/** 'host:port' or '[::1]:443' → its two halves; undefined when it is neither. */
const hostPort = (text: string): { host: string; port: number } | undefined => {
  const [, bracketed, host, port] = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s/]+)):(\d{1,5})$/.exec(text) ?? [];
  const name = bracketed ?? host;
  return name === undefined || Number(port) > 65_535 ? undefined : { host: name, port: Number(port) };
};

const zHostPort = z.string().transform((text, context) => {
  const target = hostPort(text);
  if (target !== undefined) return { ...target, text };
  context.addIssue({ code: 'custom', message: `"${text}" is no address: host:port` });
  return z.NEVER;
});

const zCheck = z
  .strictObject({
    id: z.string().meta({ description: 'what signals call it; default: the service' }).exactOptional(),
    service: z.string().meta({ description: 'the row of HEALTH that it fills' }),
    path: z.string().meta({ description: 'joined to the url of the source' }).exactOptional(),
    url: zHttpUrl.exactOptional(),
    tcp: zHostPort.meta({ description: 'host:port that must accept a connection' }).exactOptional(),
    tls: zHostPort.meta({ description: 'host:port whose certificate must be good' }).exactOptional(),
    method: z.enum(['GET', 'HEAD']).exactOptional(),
    headers: z.record(z.string(), z.string()).exactOptional(),
    every: zDuration.exactOptional(),
    timeout: zDuration.exactOptional(),
    expect: zExpectation
      .meta({ description: 'what makes it up; default: a status of 200-399' })
      .exactOptional(),
    degraded: zExpectation
      .meta({ description: 'what makes it degraded, whatever expect says' })
      .exactOptional(),
  })
  .refine(
    (check) => [check.path, check.url, check.tcp, check.tls].filter((way) => way !== undefined).length <= 1,
    {
      error: 'a check asks in one way: path, url, tcp or tls',
    },
  );

export type CheckConfig = z.infer<typeof zCheck>;

type Named = Pick<CheckConfig, 'id' | 'service'>;

/** What signals and feeds call a check. */
export const checkId = (check: Named): string => check.id ?? check.service;

/** The health row that a check fills: checks of one service are told apart by their ids, ends by their names. */
export const expectedOf = (
  check: Named,
  { checks }: { readonly checks: readonly Named[] },
  end = '',
): Expected => {
  const alone = checks.filter((other) => other.service === check.service).length === 1;
  const instance = [end, alone ? '' : checkId(check)].filter((part) => part !== '').join('/');
  return { service: check.service, instance };
};

const zGiven = z.object({
  checks: z.array(z.object({ service: z.string(), id: z.string().exactOptional() })),
});

/** The rows that a config promises, as the schema made it; undefined when it is none. */
export const expectedIn = (config: unknown): readonly Expected[] | undefined => {
  const found = zGiven.safeParse(config).data;
  return found?.checks.map((check) => expectedOf(check, found));
};

export const httpConfig = z
  .strictObject({
    url: zHttpUrl.exactOptional(),
    checks: z.array(zCheck).default([]),
    ...connection,
  })
  .superRefine((config, context) => {
    const seen = new Set<string>();
    config.checks.forEach((check, index) => {
      const id = checkId(check);
      const needsUrl = check.url === undefined && check.tcp === undefined && check.tls === undefined;
      if (seen.has(id))
        context.addIssue({
          code: 'custom',
          path: ['checks', index],
          message: `another check is called "${id}"; give this one an id`,
        });
      if (needsUrl && config.url === undefined)
        context.addIssue({
          code: 'custom',
          path: ['checks', index],
          message: `"${id}" has no address: give the source a url, or the check one`,
        });
      seen.add(id);
    });
    if (config.identity !== undefined && config.url === undefined)
      context.addIssue({
        code: 'custom',
        path: ['identity'],
        message: 'identity is asked at the url of the source, which has none',
      });
  });

/** One end of a `via:`, with the checks as they are asked there. */
export interface HttpEnd {
  readonly name: string;
  readonly url: string;
  readonly checks: readonly CheckConfig[];
}

export type HttpConfig = z.infer<typeof httpConfig> & {
  /** Where it is asked when it is reached through `via:`, instead of at `url`. */
  readonly ends?: readonly HttpEnd[];
};
