import { durationText } from '../../domain/duration.ts';
import { textsOf } from '../alert-text.ts';
import { entries, field, list, number, text } from '../wire-value.ts';

export interface Line {
  readonly title: string;
  readonly text: string;
}

/** A target that Prometheus scrapes. */
export interface Target {
  /** 'job instance' */
  readonly name: string;
  readonly health: string;
  readonly error: string;
  readonly url: string;
  readonly tookMs?: number;
}

/** The `data` of the targets page: those that are down first, then by name. */
export const parseTargets = (data: unknown): readonly Target[] =>
  list(field(data, 'activeTargets'))
    .map((target): Target => {
      const labels = textsOf(field(target, 'labels'));
      const took = number(field(target, 'lastScrapeDuration'));
      return {
        name: `${labels.job ?? ''} ${labels.instance ?? ''}`.trim(),
        health: text(field(target, 'health')) ?? 'unknown',
        error: text(field(target, 'lastError')) ?? '',
        url: text(field(target, 'scrapeUrl')) ?? '',
        ...(took === undefined ? {} : { tookMs: Math.round(took * 1000) }),
      };
    })
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

const rank = ({ health }: Target): number => ['down', 'unknown', 'up'].indexOf(health);

export const targetLine = ({ name, health, error, url, tookMs }: Target): Line => {
  const took = tookMs === undefined || health !== 'up' ? '' : ` in ${tookMs} ms`;
  return { title: name, text: `${health}${took} · ${url}${error === '' ? '' : ` · ${error}`}` };
};

/** A rule that Prometheus evaluates. */
export interface Rule {
  readonly name: string;
  readonly query: string;
  /** Absent for a recording rule. */
  readonly alerting?: { readonly state: string; readonly forMs: number; readonly severity: string };
  /** Why its last evaluation failed; '' when it did not. */
  readonly error: string;
}

/** The `data` of the rules page, in the order of its groups. */
export const parseRules = (data: unknown, severity: string): readonly Rule[] =>
  list(field(data, 'groups')).flatMap((group) =>
    list(field(group, 'rules')).map((rule): Rule => {
      const failed = field(rule, 'health') === 'err';
      return {
        name: text(field(rule, 'name')) ?? '',
        query: text(field(rule, 'query')) ?? '',
        error: failed ? (text(field(rule, 'lastError')) ?? 'its last evaluation failed') : '',
        ...(field(rule, 'type') === 'alerting' ? { alerting: alertingOf(rule, severity) } : {}),
      };
    }),
  );

const alertingOf = (rule: unknown, severity: string): NonNullable<Rule['alerting']> => ({
  state: text(field(rule, 'state')) ?? 'unknown',
  forMs: (number(field(rule, 'duration')) ?? 0) * 1000,
  severity: text(entries(field(rule, 'labels')).find(([name]) => name === severity)?.[1]) ?? '',
});

export const ruleLine = ({ name, query, alerting, error }: Rule): Line => {
  const parts =
    alerting === undefined
      ? ['recorded', query]
      : [
          alerting.state,
          query,
          alerting.forMs === 0 ? '' : `for ${durationText(alerting.forMs)}`,
          alerting.severity === '' ? '' : `severity ${alerting.severity}`,
        ];
  const all = [...parts, error === '' ? '' : `cannot be evaluated: ${error}`];
  return { title: name, text: all.filter((part) => part !== '').join(' · ') };
};
