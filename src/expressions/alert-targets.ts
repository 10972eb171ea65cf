import type { AlertRuleFact, AlertRulesView, ScrapedTargets } from '../domain/facts/alert-rules.ts';
import { pluralize } from '../domain/text/count-text.ts';

type Labels = Readonly<Record<string, string>>;

/** The jobs and instances that a rule looks at; absent: any. */
interface RuleScope {
  readonly jobs: readonly string[] | undefined;
  readonly instances: readonly string[] | undefined;
}

/**
 * Returns the values of a label that the selectors of a query ask for; undefined: any. A regular expression counts as a list of
 * names; any other limits nothing, and neither does a negative matcher.
 */
const matchedValues = (query: string, label: string): readonly string[] | undefined => {
  const matchers = [...query.matchAll(new RegExp(`[{,]\\s*${label}\\s*=(~?)\\s*"([^"]*)"`, 'g'))];
  const isNamed = ([, regex, value = '']: RegExpExecArray): boolean =>
    regex === '' || /^[\w:|-]+$/.test(value);
  return matchers.length > 0 && matchers.every(isNamed)
    ? matchers.flatMap(([, regex, value = '']) => (regex === '' ? [value] : value.split('|')))
    : undefined;
};

const scopeOf = ({ query = '' }: AlertRuleFact, alerts: readonly Labels[]): RuleScope => {
  const of = (label: string): readonly string[] | undefined => {
    const named = alerts.flatMap((labels) => labels[label] ?? []);
    return named.length > 0 ? named : matchedValues(query, label);
  };
  return { jobs: of('job'), instances: of('instance') };
};

const fits = (values: readonly string[] | undefined, text: string): boolean =>
  values === undefined || values.includes(text);

/** True for a rule about `up` itself: a target that is down makes it fire. */
const watchesUp = ({ query = '' }: AlertRuleFact): boolean => /(?<![\w:"$.])up(?![\w:"(.])/.test(query);

const targetName = ({ job, instance }: ScrapedTargets['down'][number]): string =>
  instance === '' ? `job ${job}` : instance;

const problemSince = (
  rule: AlertRuleFact,
  alerts: readonly Labels[],
  was: ScrapedTargets,
  now: ScrapedTargets,
): string | undefined => {
  const { jobs, instances } = scopeOf(rule, alerts);
  for (const [job, count] of Object.entries(was.jobs)) {
    const gone = count - (now.jobs[job] ?? 0);
    if (gone > 0 && fits(jobs, job))
      return `Prometheus no longer scrapes ${gone} of the ${pluralize(count, 'target')} of job ${job}`;
  }
  if (watchesUp(rule)) return undefined;
  const wasDown = new Set(was.down.map(({ job, instance }) => `${job} ${instance}`));
  const inScope = now.down.filter(({ job, instance }) => fits(jobs, job) && fits(instances, instance));
  const isAllDown = ({ job }: ScrapedTargets['down'][number]): boolean =>
    jobs !== undefined &&
    now.down.filter((downTarget) => downTarget.job === job).length >= (now.jobs[job] ?? 0);
  const down = inScope.find(
    (downTarget) => !wasDown.has(`${downTarget.job} ${downTarget.instance}`) || isAllDown(downTarget),
  );
  return down === undefined ? undefined : `Prometheus cannot scrape the target ${targetName(down)}`;
};

/**
 * Returns why the targets of a rule say nothing about its alert: one is down or gone that was not before the action, so that its
 * series are missing. Undefined: they are as before, or the server scrapes none. `alerts`: labels of its alerts before the
 * action, which name the job and the instance better than the query does.
 */
export const targetProblem = (
  rule: AlertRuleFact,
  alerts: readonly Labels[],
  { read }: AlertRulesView,
  before: AlertRulesView | undefined,
): string | undefined => {
  const now = read?.targets;
  if (now === undefined) return undefined;
  if (typeof now === 'string') return `it is unknown which targets Prometheus scrapes: ${now}`;
  const was = before?.read?.targets;
  return was === undefined || typeof was === 'string'
    ? 'it is unknown which targets Prometheus scraped before the action, so opsdeck cannot tell whether one is missing'
    : problemSince(rule, alerts, was, now);
};
