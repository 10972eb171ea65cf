type Labels = Readonly<Record<string, string>>;

/** A condition on a label: 'job=~"orders|billing"'. */
interface Matcher {
  readonly name: string;
  readonly op: string;
  readonly value: string;
}

const matcher = /([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)/g;

/** Undefined: a string whose escapes JSON does not have. */
const textIn = (quoted: string): string | undefined => {
  if (quoted.startsWith('`')) return quoted.slice(1, -1);
  const body = quoted.slice(1, -1);
  const asJson = quoted.startsWith('"') ? quoted : `"${body.replaceAll(`\\'`, `'`).replaceAll('"', '\\"')}"`;
  try {
    const parsed: unknown = JSON.parse(asJson);
    return typeof parsed === 'string' ? parsed : undefined;
  } catch {
    return undefined;
  }
};

const matchersIn = (selector: string): readonly Matcher[] =>
  [...selector.slice(selector.indexOf('{') + 1).matchAll(matcher)].flatMap(
    ([, name = '', op = '', quoted = '']) => {
      const value = textIn(quoted);
      return value === undefined ? [] : [{ name, op, value }];
    },
  );

const patterns = new Map<string, RegExp | undefined>();

/** Undefined: a pattern that only Go knows. */
const patternOf = (text: string): RegExp | undefined => {
  if (patterns.has(text)) return patterns.get(text);
  let pattern: RegExp | undefined;
  try {
    pattern = new RegExp(`^(?:${text})$`, 's');
  } catch {
    pattern = undefined;
  }
  patterns.set(text, pattern);
  return pattern;
};

const isMet = ({ op, value }: Matcher, is: string): boolean => {
  if (op === '=' || op === '!=') return (is === value) === (op === '=');
  const pattern = patternOf(value);
  return pattern === undefined || pattern.test(is) === (op === '=~');
};

/**
 * True for a series with these labels that a selector may select. A label that the series does not have says nothing: the series is one
 * from which the selected one is computed.
 */
export const maySelect = (selector: string, labels: Labels): boolean =>
  !selector.includes('{') ||
  matchersIn(selector).every((condition) => {
    const is = labels[condition.name];
    return is === undefined || isMet(condition, is);
  });

/** Labels by which a counter tells how each of its events ended. */
const outcomeLabel = /^(?:\w+_)?(?:status|code|outcome|result|exception|error|success)$/;
const failureValue = /^\W*[45]|err|fail|exception|timeout|reject|denied|abort|false|unavailable/i;
const successValue = /^\W*(?:[123]|$)|success|\bok\b|none|true/i;

const asksForFailures = ({ name, op, value }: Matcher): boolean => {
  if (!outcomeLabel.test(name)) return false;
  const isOfFailures = name.endsWith('success') ? /false/i.test(value) : failureValue.test(value);
  const isOfSuccess = successValue.test(value);
  // One that has both says nothing about the failed ones alone.
  return op.startsWith('!') ? isOfSuccess && !isOfFailures : isOfFailures && !isOfSuccess;
};

/**
 * Returns a selector of failed events without its conditions on their outcome, which selects the successful ones as well. Undefined: it asks for
 * no failures.
 */
export const withoutOutcome = (selector: string): string | undefined => {
  const brace = selector.indexOf('{');
  if (brace < 0) return undefined;
  const all = [...selector.slice(brace).matchAll(matcher)];
  const isFailure = ([, name = '', op = '', quoted = '']: RegExpExecArray): boolean => {
    const value = textIn(quoted);
    return value !== undefined && asksForFailures({ name, op, value });
  };
  const kept = all.filter((found) => !isFailure(found)).map(([text]) => text);
  if (kept.length === all.length) return undefined;
  const name = selector.slice(0, brace).trim();
  return name === '' && kept.length === 0 ? undefined : `${name}{${kept.join(', ')}}`;
};
