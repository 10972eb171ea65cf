import type { HealthStatus } from '../../kinds/health/fact.ts';
import { WireError } from '../../platform/failures.ts';
import type { ProgramEnd } from '../../platform/processes/program.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import type { CheckConfig, Format } from './config.ts';
import { parsePlugin, statusOf } from './nagios.ts';
import { jsonOf, numberOf } from './output-value.ts';

export interface Verdict {
  readonly status: HealthStatus;
  /** One line: what it said, or why it is not up. */
  readonly detail: string;
}

/**
 * What a check that ran to its end found out. Throws WireError: `missing` when it says by its exit status that it could not
 * even run what it wanted to (126, 127: POSIX, shell exit statuses), `malformed` for an output that is not what it has to be.
 */
export const verdictOf = ({ parse }: Pick<CheckConfig, 'parse'>, end: ProgramEnd): Verdict => {
  const { status, signal } = end;
  const said = parse === 'nagios' ? parsePlugin(end.out).detail : firstLine(end.out);
  const words = said === '' ? firstLine(end.err) : said;
  if (status === undefined)
    return { status: 'down', detail: because(`ended by ${signal ?? 'a signal'}`, words) };
  if (status === 126 || status === 127)
    throw new WireError('missing', because(`ended with status ${status}: what it runs is not there`, words));
  const meant = parse === 'nagios' ? statusOf(status) : status === 0 ? 'up' : 'down';
  if (meant === undefined || (meant === 'down' && parse !== 'nagios'))
    return { status: 'down', detail: because(`ended with status ${status}`, words) };
  if (meant !== 'up') return { status: meant, detail: words === '' ? `ended with status ${status}` : words };
  if (parse === 'number') numberOf(end.out);
  if (parse === 'json') jsonOf(end.raw);
  return { status: 'up', detail: parse === 'nagios' ? said : '' };
};

/** How a program that should have printed a value failed instead; undefined when it did not. A plugin has four good ends. */
export const failureOf = (parse: Format, { status, signal, err, out }: ProgramEnd): WireError | undefined => {
  const isGood = parse === 'nagios' ? status !== undefined && statusOf(status) !== undefined : status === 0;
  if (isGood) return undefined;
  const words = firstLine(err) === '' ? firstLine(out) : firstLine(err);
  if (status === undefined)
    return new WireError('unreachable', because(`ended by ${signal ?? 'a signal'}`, words));
  const kind = status === 126 || status === 127 ? 'missing' : 'unreachable';
  return new WireError(kind, because(`ended with status ${status}`, words));
};

const firstLine = (text: string): string =>
  oneLine(
    masker
      .mask(text)
      .split('\n')
      .find((line) => line.trim() !== '') ?? '',
  );

const because = (what: string, words: string): string => (words === '' ? what : `${what}: ${words}`);
