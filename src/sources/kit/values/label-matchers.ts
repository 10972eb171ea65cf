import { z } from 'zod';

/** One condition on a label, as in PromQL and Alertmanager. */
export interface LabelMatcher {
  readonly name: string;
  readonly value: string;
  /** The whole value must match (RE2, anchored). */
  readonly isRegex: boolean;
  /** False: the condition is negated. */
  readonly isEqual: boolean;
}

/** Label conditions in a profile: { job: api, path: "~/v1/.*", env: "!test", pod: "!~canary-.*" }. */
export const zLabelMatchers = z
  .record(
    z.string().regex(/^[^\p{Cc}]+$/u, {
      error: 'a label name needs at least one character and no control characters',
    }),
    z.union([z.string(), z.number(), z.boolean()]),
  )
  .meta({
    description:
      'conditions on labels, by name: a value, or "~regex", "!value", "!~regex". Write "=value" for a value that begins with = ! or ~',
    examples: [{ service: 'api', path: '~/v1/.*' }],
  });

/** Parses 'value', '=value', '~regex', '!value', '!~regex'. */
export const parseMatchers = (
  written: Readonly<Record<string, string | number | boolean>>,
): readonly LabelMatcher[] =>
  Object.entries(written).map(([name, text]) => {
    const [, sign = '', value = ''] = /^(!~|[=~!])?([\s\S]*)$/.exec(String(text)) ?? [];
    return { name, value, isRegex: sign.endsWith('~'), isEqual: !sign.startsWith('!') };
  });

/** Formats a condition as in a profile: the inverse of `parseMatchers`. */
export const matcherToProfile = ({ value, isRegex, isEqual }: LabelMatcher): string => {
  const sign = `${isEqual ? '' : '!'}${isRegex ? '~' : ''}`;
  return sign === '' && /^[=~!]/.test(value) ? `=${value}` : `${sign}${value}`;
};

const operators = { true: { true: '=~', false: '=' }, false: { true: '!~', false: '!=' } } as const;

const quoted = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

const plainName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Formats 'service="api"', '"host.name"=~"web-.*"': the syntax shared by PromQL and Alertmanager filters. A name of other characters
 * is quoted. Source: Prometheus 3 and Alertmanager 0.27, UTF-8 support.
 */
export const matcherText = ({ name, value, isRegex, isEqual }: LabelMatcher): string =>
  `${plainName.test(name) ? name : quoted(name)}${operators[`${isEqual}`][`${isRegex}`]}${quoted(value)}`;
