import type { Reading } from '../../domain/facts/reading.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import type { Feed } from '../kit/contract/source.ts';
import { field, number, parseRfc3339, text } from '../kit/values/wire-value.ts';
import type { GithubClient } from './client.ts';
import { type FindingSeverity, type GithubConfig, severities } from './config.ts';
import { listOf } from './parse.ts';
import { findingsPath, needs } from './paths.ts';

/** Alerts that are read of each kind. */
const maxFindings = 500;

const word = (value: unknown): string => oneLine(text(value) ?? '', 200);

/**
 * Severities of code scanning rules without a security severity. Source: GitHub docs, About code scanning alerts,
 * severity levels.
 */
const ruleSeverity: Readonly<Record<string, FindingSeverity>> = {
  error: 'high',
  warning: 'medium',
  note: 'low',
};

const isSeverity = (value: unknown): value is FindingSeverity =>
  severities.some((severity) => severity === value);

/** A finding without the stamp of its reading. */
type Finding = Omit<Alert, 'source' | 'at' | 'since'> & { readonly createdAt?: number };

const since = (body: unknown): { readonly createdAt?: number } => {
  const time = parseRfc3339(field(body, 'created_at'));
  return time === undefined ? {} : { createdAt: time };
};

/** Parses an alert of code scanning. Source: GitHub REST API, code scanning alerts. */
const parseCodeScanningAlert = (body: unknown): Finding => {
  const rule = field(body, 'rule');
  const security = field(rule, 'security_severity_level');
  const location = field(field(body, 'most_recent_instance'), 'location');
  const path = word(field(location, 'path'));
  const line = number(field(location, 'start_line'));
  const onlyPath = path === '' ? '' : `${path}${line === undefined ? '' : `:${line}`}`;
  const description = word(field(rule, 'description'));
  return {
    name: word(field(rule, 'id')) || 'code scanning alert',
    severity: isSeverity(security) ? security : (ruleSeverity[word(field(rule, 'severity'))] ?? ''),
    state: 'firing',
    labels: {
      finding: `code-scanning #${number(field(body, 'number')) ?? '?'}`,
      tool: word(field(field(body, 'tool'), 'name')),
      ...(onlyPath === '' ? {} : { path: onlyPath }),
    },
    summary: [description, onlyPath].filter((part) => part !== '').join(' · '),
    ...since(body),
  };
};

/** Parses an alert of Dependabot. Source: GitHub REST API, Dependabot alerts. */
const parseDependabotAlert = (body: unknown): Finding => {
  const advisory = field(body, 'security_advisory');
  const vulnerability = field(body, 'security_vulnerability');
  const dependency = field(field(body, 'dependency'), 'package');
  const severity = field(vulnerability, 'severity') ?? field(advisory, 'severity');
  const patched = word(field(field(vulnerability, 'first_patched_version'), 'identifier'));
  const name = word(field(dependency, 'name'));
  return {
    name: word(field(advisory, 'cve_id')) || word(field(advisory, 'ghsa_id')) || 'Dependabot alert',
    severity: isSeverity(severity) ? severity : '',
    state: 'firing',
    labels: {
      finding: `dependabot #${number(field(body, 'number')) ?? '?'}`,
      package: name,
      ecosystem: word(field(dependency, 'ecosystem')),
      manifest: word(field(field(body, 'dependency'), 'manifest_path')),
    },
    summary: [
      word(field(advisory, 'summary')),
      patched === '' ? 'no version fixes this yet' : `fixed in ${name} ${patched}`,
    ]
      .filter((part) => part !== '')
      .join(' · '),
    ...since(body),
  };
};

/** Responses of a repository that does not use the feature: there is nothing to find, which is not an error. */
const isDisabled = (error: unknown): boolean =>
  error instanceof WireError &&
  (error.kind === 'missing' || error.kind === 'denied') &&
  /no analysis found|not enabled|are disabled|is disabled|must be enabled/i.test(error.message);

/** Reads the open findings of one kind, of at least the configured severity; undefined where it is not enabled. */
export const readFindings = async (
  client: GithubClient,
  of: 'code-scanning' | 'dependabot',
  least: FindingSeverity,
  signal: AbortSignal,
): Promise<readonly Alert[] | undefined> => {
  const parse = of === 'dependabot' ? parseDependabotAlert : parseCodeScanningAlert;
  const permission = of === 'dependabot' ? needs.dependabot : needs.codeScanning;
  try {
    const items = await client.list(findingsPath(client, of), listOf, maxFindings, signal, {
      needs: permission,
    });
    const leastRank = severities.indexOf(least);
    return items
      .map(parse)
      .filter(({ severity }) => !isSeverity(severity) || severities.indexOf(severity) >= leastRank)
      .map(({ createdAt, ...finding }) => ({
        source: client.source,
        at: client.now(),
        ...finding,
        ...(createdAt === undefined ? {} : { since: client.toClock(createdAt) }),
      }));
  } catch (error) {
    if (isDisabled(error)) return undefined;
    throw error;
  }
};

const findingsFeed = (
  client: GithubClient,
  of: 'code-scanning' | 'dependabot',
  least: FindingSeverity,
): Feed => {
  const { source, config } = client;
  const everyMs = config.every * 10;
  return {
    id: `${source}/${of}`,
    source,
    name: of,
    kind: 'alerts',
    everyMs,
    staleMs: staleAfter(everyMs),
    timeoutMs: config.timeout,
    read: async (signal): Promise<Reading<Alert>> => {
      try {
        return { items: (await readFindings(client, of, least, signal)) ?? [], faults: [] };
      } catch (error) {
        return { items: [], faults: [client.fault(findingsPath(client, of), error)] };
      }
    },
  };
};

/** The findings feeds; none unless the profile sets `findings`. */
export const findingsFeeds = (client: GithubClient, { findings }: GithubConfig): readonly Feed[] =>
  findings === undefined
    ? []
    : [findingsFeed(client, 'code-scanning', findings), findingsFeed(client, 'dependabot', findings)];
