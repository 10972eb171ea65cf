import type { HealthStatus } from '../../kinds/health/fact.ts';

/** A word as it is compared: `NOT_SERVING`, `Not Serving` and `not-serving` are one. */
const plain = (word: string): string => word.toLowerCase().replaceAll(/[\s_-]+/g, '');

const byStatus: Readonly<Record<'up' | 'degraded' | 'down', string>> = {
  up: 'healthy up ok pass serving healthok',
  degraded:
    'healthwarn degraded warn warning partial yellow outofservice notready unready starting initializing draining stopping shuttingdown maintenance impaired restarting dbmigrationneeded dbmigrationrunning',
  down: 'healtherr unreachable failure unhealthy down fail failed failing error red critical crit fatal notserving serviceunknown unavailable serviceunavailable ko notok nok dead offline disconnected outage majoroutage',
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

/** 'db: FAILED' */
const namedWord = /^([A-Za-z][\w ./-]{0,40}?)\s*[:=]\s*"?([A-Za-z][\w -]{1,20}?)"?\s*,?$/;

/** Lines that each have a part and a word: the parts that are not well. Empty for any other text. */
const sickLines = (lines: readonly string[]): readonly string[] => {
  const named = lines.map((line) => namedWord.exec(line.trim()));
  if (lines.length < 2 || named.includes(null)) return [];
  return named.flatMap((match) => (isUnhealthyWord(match?.[2] ?? '') ? [match?.[0] ?? ''] : []));
};

/** 'Prometheus Server is Not Ready.', 'the database is down' */
const sickSentence =
  /^(?:[\w./-]+ ){1,5}(?:is|are) (?:currently )?((?:not (?:ready|healthy|available|ok|alive|serving))|unhealthy|down|unavailable|degraded|offline|failing|unreachable|disconnected)\.?$/i;

/** '<status>DOWN</status>' */
const xmlStatus =
  /<(?:status|state|health|healthy)>\s*([\w -]{2,20}?)\s*<\/(?:status|state|health|healthy)>/gi;

/** 'healthy: false', 'ready=no', 'false'. */
const deniedHealth =
  /^(?:(?:healthy|ok|ready|alive|up|serving|live|success)\s*[:=]\s*(?:false|no)\b|"?false"?$)/i;

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
  if (/^\s*<(?!!doctype|html)/i.test(text)) {
    const said = [...text.matchAll(xmlStatus)].map(([, named = '']) => named);
    const sick = said.find((named) => isUnhealthyWord(named) || named.toLowerCase() === 'false');
    return sick === undefined ? undefined : { status: 'degraded', detail: `body reports ${sick}` };
  }
  const [line = '', ...others] = text.trim().split('\n');
  if (deniedHealth.test(line)) return { status: 'down', detail: `body reports ${line.trim()}` };
  const lines = [line, ...others];
  const sick = sickLines(lines);
  const isFirst = sick[0] !== undefined && sick[0] === line.trim();
  if (sick.length > 0 && !isFirst) return { status: 'degraded', detail: `body reports ${sick.join('; ')}` };
  if (others.length === 0 && line.length < 200 && sickSentence.test(line.trim()))
    return { status: 'down', detail: `body reports ${line.trim()}` };
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

/** Keys of the parts of a service, as known formats write them. A part may be a word, an object, or a list of objects. */
const partKeys = new Set([
  ...['components', 'checks', 'entries', 'services', 'dependencies', 'subsystems', 'results', 'groups'],
  ...['healthchecks', 'probes', 'indicators', 'connections', 'modules', 'health', 'status', 'checkresults'],
]);
/** 'db_check': GitLab has a key for each. */
const checkKey = /checks?$/;
/** Those of them under which APIs list other things, too. */
const listKeys = new Set(['entries', 'results', 'groups', 'connections', 'modules']);
/** Keys of an object that holds the report of another format: the data of an API, the details of a part. */
const envelopeKeys = new Set(['data', 'result', 'details', 'response', 'payload']);
/** Systems that a service depends on, as the keys of its report. */
const systemKey =
  /^(?:database|db|sql|postgres(?:ql)?|mysql|mongo(?:db)?|redis|cache|kafka|rabbitmq|broker|queue|nats|elasticsearch|search|storage|disk|s3|ldap|smtp|api|upstream|backend)$/;

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys of a thing that an API lists: an order, a job, a deployment. A failed one says nothing of the service. */
const recordKey =
  /^(?:uuid|guid|href|(?:created|updated|started|finished|completed|deleted)(?:at|on|date|time)?)$/;

/** Whether an entry of a list is a record of an API: it has a number, or times of its own. */
const isRecord = (entry: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(entry).some(
    ([key, value]) => recordKey.test(plain(key)) || (plain(key) === 'id' && typeof value === 'number'),
  );

/** Levels of parts within each other that are read. */
const mostLevels = 6;
/** Parts that are read. */
const mostParts = 1000;

const ownProblem = (body: Readonly<Record<string, unknown>>): HealthReport | undefined => {
  for (const [key, value] of Object.entries(body)) {
    const name = plain(key);
    const word = `${key} ${String(value)}`;
    const isDenied = value === false || /^(?:false|no)$/i.test(typeof value === 'string' ? value : '');
    const isZero = value === 0 && ['ok', 'healthy', 'ishealthy', 'alive', 'serving'].includes(name);
    if (trueKeys.has(name) && (isDenied || isZero)) return { status: 'degraded', word };
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

const isWell = (body: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(body).some(
    ([key, value]) =>
      (statusKeys.has(plain(key)) && typeof value === 'string' && words.get(plain(value)) === 'up') ||
      (trueKeys.has(plain(key)) && (value === true || value === 'true')),
  );

/** Keys of the name of a part, the plainest first. */
const nameKeys = ['name', 'component', 'service', 'checkid', 'id'];

const nameOf = (part: unknown, otherwise: string): string => {
  if (!isMap(part)) return otherwise;
  const texts = new Map(
    Object.entries(part).flatMap(([key, value]) => (typeof value === 'string' ? [[plain(key), value]] : [])),
  );
  const key = nameKeys.find((own) => texts.has(own));
  return (key === undefined ? undefined : texts.get(key)) ?? otherwise;
};

/** The problem of one part: a word, a denied truth, an object, or a list of objects. */
const partProblem = (name: string, part: unknown, level: number): HealthReport | undefined => {
  if (typeof part === 'string')
    return isUnhealthyWord(part) ? { status: 'degraded', word: `${name} ${part}` } : undefined;
  if (part === false) return { status: 'degraded', word: `${name} false` };
  if (Array.isArray(part))
    return firstProblem(
      part.map((each) => [nameOf(each, name), each]),
      level,
    );
  if (!isMap(part)) return undefined;
  const own = ownProblem(part);
  return own === undefined ? partsProblem(part, level + 1) : { ...own, word: `${name} ${own.word}` };
};

const firstProblem = (
  parts: readonly (readonly [string, unknown])[],
  level: number,
): HealthReport | undefined => {
  if (level > mostLevels) return undefined;
  for (const [name, part] of parts.slice(0, mostParts)) {
    const found = partProblem(name, part, level);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The parts in a value: the members of an object, or the objects of a list by their names. */
const membersOf = (key: string, value: unknown): readonly (readonly [string, unknown])[] => {
  if (isMap(value)) return Object.entries(value);
  return Array.isArray(value)
    ? value
        .filter((each) => !listKeys.has(plain(key)) || !isMap(each) || !isRecord(each))
        .map((each) => [nameOf(each, key), each] as const)
    : [];
};

const memberProblem = (
  key: string,
  value: unknown,
  level: number,
  isPart: boolean,
): HealthReport | undefined => {
  const name = plain(key);
  const own = isMap(value) ? ownProblem(value) : undefined;
  if (partKeys.has(name) || checkKey.test(name)) return own ?? firstProblem(membersOf(key, value), level + 1);
  if (envelopeKeys.has(name) && isMap(value)) return own ?? partsProblem(value, level + 1);
  const isSystem = systemKey.test(name) && typeof value === 'string';
  return isSystem || (isPart && isMap(value)) ? partProblem(key, value, level + 1) : undefined;
};

/** Whether a body has nothing but checks that each say whether they are healthy, by name (Dropwizard). */
const isNamedChecks = (body: Readonly<Record<string, unknown>>): boolean =>
  Object.values(body).every((part) => isMap(part) && typeof part.healthy === 'boolean');

/** The problem of a connector of Kafka Connect, or of one of its tasks. */
const connectorProblem = ({
  connector,
  tasks,
}: Readonly<Record<string, unknown>>): HealthReport | undefined =>
  isMap(connector) && Array.isArray(tasks)
    ? (partProblem('connector', connector, 1) ??
      firstProblem(
        tasks.map((task) => [`task ${isMap(task) ? String(task.id) : ''}`, task]),
        1,
      ))
    : undefined;

/** The problem of the parts of a report. An object beside a status of its own is a part, under any key. */
const partsProblem = (body: Readonly<Record<string, unknown>>, level: number): HealthReport | undefined => {
  if (level > mostLevels) return undefined;
  const isReport = level === 1 && (isWell(body) || isNamedChecks(body));
  for (const [key, value] of Object.entries(body).slice(0, mostParts)) {
    const found = memberProblem(key, value, level, isReport);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** An error that is the whole report: `{"error":"connection refused"}`. */
const errorOf = (body: Readonly<Record<string, unknown>>): HealthReport | undefined => {
  const { error } = body;
  return typeof error === 'string' &&
    error !== '' &&
    !/^(?:none|no|null|false)$/i.test(error) &&
    !isWell(body)
    ? { status: 'degraded', word: `error: ${error}` }
    : undefined;
};

/**
 * The problem that a JSON body reports about itself, by the keys of known formats in any case: a status word, `healthy: false`,
 * a status of 500 and more, Vault's `sealed`; and of its parts, which are in other keys of known formats. Undefined when it
 * reports none.
 */
export const jsonProblem = (body: unknown): HealthReport | undefined => {
  if (Array.isArray(body))
    return firstProblem(
      body
        .filter(isMap)
        .filter((each) => !isRecord(each))
        .map((each) => [nameOf(each, 'part'), each]),
      1,
    );
  if (!isMap(body)) return undefined;
  return ownProblem(body) ?? connectorProblem(body) ?? partsProblem(body, 1) ?? errorOf(body);
};

/** The title and the first heading of a page. */
const pageHeads = /<(title|h1)\b[^>]*>([^<]{1,200})</gi;
const errorHead =
  /^(?:error )?5\d\d\b|service (?:temporarily )?unavailable|bad gateway|gateway time-?out|internal server error|maintenance/i;
const loginHead = /^(?:log|sign)[ -]?(?:in|on)\b|(?:log|sign)[ -]?in$|single sign-?on/i;
/** The address that a page leads to by itself. */
const refresh = /<meta\b[^>]*?\bhttp-equiv=["']?refresh\b[^>]*?\burl=["']?([^"'>\s]+)/i;
/** Path and host of a page that asks for a login. */
export const loginPath =
  /(?:^|[/._-])(?:(?:log|sign)[-_]?(?:in|on)|auth(?:enticate|orize|n|z)?|oauth2?|sso|saml2?|openid|oidc|okta|idp|adfs|cas|dex|sessions?\/new)(?:[/._?-]|$)/i;
/** Characters of a page that are read. */
const longestPage = 65_536;

/** The error page or the login that answers with success in front of a service. Undefined for any other page. */
export const pageProblem = (
  text: string,
  isHome: boolean,
): { readonly status: HealthStatus; readonly detail: string } | undefined => {
  const page = text.slice(0, longestPage);
  if (!/^\s*(?:<!--[\s\S]{0,1000}?-->\s*)?<(?:!doctype html|html|head|title)\b/i.test(page)) return undefined;
  const heads = [...page.matchAll(pageHeads)].map(([, , head = '']) => head.replaceAll(/\s+/g, ' ').trim());
  const error = heads.find((head) => errorHead.test(head));
  if (error !== undefined) return { status: 'degraded', detail: `page says ${error}` };
  const leads = refresh.exec(page)?.[1];
  if (leads !== undefined && loginPath.test(leads))
    return { status: 'unknown', detail: `the page leads to ${leads}, so a login protects the address` };
  // The home page of an application may have a login of its own.
  const asks =
    heads.some((head) => loginHead.test(head)) || (!isHome && /<input\b[^>]*type=["']?password/i.test(page));
  return asks
    ? { status: 'unknown', detail: 'the answer is a login page, so a login protects the address' }
    : undefined;
};
