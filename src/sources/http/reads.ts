import { z } from 'zod';
import { parseJsonPath } from '../json-path.ts';
import { checkId, type HttpConfig } from './config.ts';

const zCheckName = z.string().meta({ description: 'the id of a check, or its service' });

/** What a signal reads of a check: exactly one of these. */
export const httpReads = z.union([
  z.strictObject({ latency: zCheckName }).meta({ description: 'ms from sending to the last byte' }),
  z.strictObject({ status: zCheckName }).meta({ description: 'the HTTP status' }),
  z.strictObject({ failures: zCheckName }).meta({ description: 'times in a row that it was down' }),
  z.strictObject({ tls: zCheckName }).meta({ description: 'days until the certificate ends' }),
  z
    .strictObject({
      json: zCheckName,
      path: z.string().refine((path) => parseJsonPath(path) !== undefined, {
        error: 'a path into the answer: components.db.details.active, nodes[0].up',
      }),
    })
    .meta({ description: 'a number or a word of the body' }),
]);

/** A checked read in one shape. */
export interface HttpRead {
  readonly what: 'latency' | 'status' | 'failures' | 'tls' | 'json';
  readonly check: string;
  readonly path: string;
}

const forms = ['latency', 'status', 'failures', 'tls', 'json'] as const;

/** What a signal's `read` asks for; undefined when it is none of the forms. */
export const httpRead = (read: Readonly<Record<string, unknown>>): HttpRead | undefined => {
  const what = forms.find((form) => typeof read[form] === 'string');
  return what && { what, check: String(read[what]), path: String(read.path ?? '') };
};

/** The id of the check that a read names: by id, by the only check of a service, by host:port; undefined when none fits. */
export const namedCheck = (name: string, config: HttpConfig): string | undefined => {
  const { checks } = config;
  const ofService = checks.filter((check) => check.service === name);
  const found =
    checks.find((check) => checkId(check) === name) ??
    (ofService.length === 1 ? ofService[0] : undefined) ??
    checks.find((check) => check.tls?.text === name || check.tcp?.text === name);
  return found && checkId(found);
};

/** What is wrong with a read that the schema has passed: it names a check that is not there, or asks what that one has not. */
export const readProblem = (
  read: Readonly<Record<string, unknown>>,
  config: HttpConfig,
): string | undefined => {
  const wanted = httpRead(read);
  if (wanted === undefined) return 'it reads none of latency, status, json, failures, tls';
  const id = namedCheck(wanted.check, config);
  const check = config.checks.find((one) => checkId(one) === id);
  if (check === undefined)
    return `there is no check "${wanted.check}" here; there ${config.checks.length === 0 ? 'are none' : `is ${config.checks.map(checkId).join(', ')}`}`;
  const overHttp = check.tcp === undefined && check.tls === undefined;
  if (!overHttp && (wanted.what === 'status' || wanted.what === 'json'))
    return `"${wanted.check}" speaks no HTTP, so it has no ${wanted.what}`;
  return wanted.what === 'tls' && check.tls === undefined
    ? `"${wanted.check}" is no tls check: { service, tls: host:port }`
    : undefined;
};
