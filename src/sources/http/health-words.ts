import type { HealthStatus } from '../../kinds/health/fact.ts';

/** A word as it is compared: `NOT_SERVING`, `Not Serving` and `not-serving` are one. */
const plain = (word: string): string => word.toLowerCase().replaceAll(/[\s_-]+/g, '');

const byStatus: Readonly<Record<'up' | 'degraded' | 'down', string>> = {
  up: 'healthy up ok pass serving',
  degraded:
    'degraded warn warning partial yellow outofservice notready unready starting initializing draining stopping shuttingdown maintenance impaired',
  down: 'unhealthy down fail failed failing error red critical crit fatal notserving serviceunknown unavailable serviceunavailable ko notok nok dead offline disconnected outage majoroutage',
};

/** Words of ASP.NET Core, of gRPC's health service, of Kubernetes, and of small services. */
const words: ReadonlyMap<string, HealthStatus> = new Map(
  Object.entries(byStatus).flatMap(([status, list]) =>
    list.split(' ').map((word) => [word, status as HealthStatus] as const),
  ),
);

/** Returns whether a status word of a body reports a problem. */
export const isUnhealthyWord = (word: string): boolean => {
  const status = words.get(plain(word));
  return status !== undefined && status !== 'up';
};

/** A report of a service about its health: a status, and what of the body says so. */
interface HealthReport {
  readonly status: HealthStatus;
  readonly word: string;
}

/** Longest plain text that is a report; a page of more has other words. */
const longestPlainText = 4096;

/** 'healthy: false', 'ready=no'. */
const deniedHealth = /^(?:healthy|ok|ready|alive|up|serving|live|success)\s*[:=]\s*(?:false|no)\b/i;

/** The first line of a text: 'DOWN', 'status: NOT_SERVING', 'UNHEALTHY: no connection'. */
const firstLine =
  /^(?:(?:service |health ?)?status\s*[:=]\s*)?"?([A-Za-z][\w -]{1,20}?)"?\s*(?:[:,;]\s*(.*))?$/i;

/**
 * Reads a health report in plain text: one word, a line that begins with one, or the lines of Kubernetes' `livez?verbose`
 * ('[-]etcd failed: …'). Undefined for any other text.
 */
export const plainHealth = (
  text: string,
): { readonly status: HealthStatus; readonly detail: string } | undefined => {
  if (text.length > longestPlainText) return undefined;
  const failed = [...text.matchAll(/^\[-\](\S+) (.*)$/gm)].map(([, name, why]) => `${name} ${why}`.trim());
  if (failed.length > 0) return { status: 'down', detail: failed.join('; ') };
  const [line = '', ...others] = text.trim().split('\n');
  if (deniedHealth.test(line)) return { status: 'down', detail: `body reports ${line.trim()}` };
  const [, word = '', rest = ''] = firstLine.exec(line.trim()) ?? [];
  const status = words.get(plain(word));
  const isNone = /^(?:none|no|0|null|false|-)$/i.test(rest.trim());
  if (status === undefined || isNone) return undefined;
  // With more text, a word that is fine says nothing of the rest.
  if (status === 'up') return rest === '' && others.length === 0 ? { status, detail: '' } : undefined;
  const shown = rest === '' ? word : `${word}: ${rest}`;
  return { status, detail: `body reports ${shown}` };
};

const statusKeys = new Set(['status', 'state', 'health', 'outcome', 'healthstatus', 'overallstatus']);
const trueKeys = new Set([
  'healthy',
  'ok',
  'success',
  'ready',
  'alive',
  'serving',
  'health',
  'live',
  'up',
  'ishealthy',
]);

/**
 * The problem that a JSON body reports about itself, by the keys of known formats in any case: a status word, `healthy: false`,
 * a status of 500 and more, Vault's `sealed`. Undefined when it reports none.
 */
export const jsonProblem = (body: unknown): HealthReport | undefined => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  for (const [key, value] of Object.entries(body)) {
    const name = plain(key);
    const word = `${key} ${String(value)}`;
    if (trueKeys.has(name) && (value === false || value === 'false')) return { status: 'degraded', word };
    if (name === 'sealed' && value === true) return { status: 'degraded', word: 'sealed' };
    if (
      (name === 'status' || name === 'statuscode') &&
      typeof value === 'number' &&
      value >= 500 &&
      value < 600
    )
      return { status: 'degraded', word };
    if (statusKeys.has(name) && typeof value === 'string' && isUnhealthyWord(value))
      return { status: 'degraded', word: value };
  }
  return undefined;
};
