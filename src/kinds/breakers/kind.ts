import { instanceName, joinParts, numberWord, percentWord } from '../define/check-words.ts';
import { defineKind } from '../define/define-kind.ts';
import { fieldsOf } from '../define/fields.ts';
import { namesByService } from '../define/log-names.ts';
import { optional } from '../define/shared-fields.ts';
import type { Breaker } from './fact.ts';

const { id, inColumn, state, number } = fieldsOf<Breaker>();

const states = 'closed open half-open forced-open disabled metrics-only unknown';

const fields = {
  service: inColumn(
    'SERVICE',
    14,
    id('calling service', (f) => f.service),
  ),
  instance: id('instance', (f) => f.instance),
  name: id('the service has given the circuit breaker this name', (f) => f.name),
  state: state('breaker state', states, (f) => f.state),
  failureRate: number(
    'this percentage of the calls in the sliding window has failed',
    '%',
    (f) => f.failureRate,
  ),
  slowCallRate: number(
    'this percentage of the calls in the sliding window was slow',
    '%',
    (f) => f.slowCallRate,
  ),
  bufferedCalls: number('the sliding window contains this many calls', '', (f) => f.bufferedCalls),
  failedCalls: number('this many calls in the sliding window have failed', '', (f) => f.failedCalls),
  notPermittedCalls: number('the breaker has rejected this many calls', '', (f) => f.notPermittedCalls),
};

/** States of one outage: the trial calls of a half-open breaker do not restart its timer. */
const tripped: ReadonlySet<string> = new Set(['open', 'half-open', 'forced-open']);

const percent = (value: number | undefined): string => (value === undefined ? '–' : `${value.toFixed(1)} %`);
const plain = (value: number | undefined): string => (value === undefined ? '–' : String(value));

/** Circuit breakers of every instance. */
export const breakers = defineKind<Breaker, typeof fields>({
  name: 'breakers',
  says: 'Circuit breakers per instance. A breaker has no rates before the minimum number of calls',
  fields,
  state: (f) => f.state,
  levels: {
    words: {
      open: 'crit',
      'forced-open': 'crit',
      'half-open': 'warn',
      disabled: 'warn',
      'metrics-only': 'warn',
      unknown: 'unknown',
    },
    closed: states.split(' '),
    meanings: {
      open: 'the breaker rejects calls after too many failed or slow ones',
      'forced-open':
        'a person forced the breaker open, which rejects every call until a person resets the breaker',
      'half-open': 'the breaker lets some trial calls through, and then closes or opens by their results',
      disabled: 'the breaker is switched off: every call passes, and no failure opens the breaker',
      'metrics-only': 'the breaker records calls, but never opens',
      closed: 'the breaker is closed and lets calls through, as intended',
      unknown: 'opsdeck could not read the state of the breaker',
    },
  },
  bounds: 'failureRate',
  goesOn: (was, is) => tripped.has(was) && tripped.has(is),
  identity: (f) => [f.service, f.instance, f.name],
  label: (f) => joinParts(instanceName(f), f.name),
  pin: (f) => `${f.instance}/${f.name}`,
  isOff: (f) => f.state === 'disabled' || f.state === 'metrics-only',
  // It leaves the open state by its timer alone; only trial calls tell more.
  noEvidence: (was, is) =>
    (was.state === 'open' || was.state === 'forced-open') &&
    is.state === 'half-open' &&
    (is.bufferedCalls ?? 0) === 0
      ? 'is half-open only because the timer ran out: no trial call has passed yet'
      : undefined,
  choice: (f) => joinParts(instanceName(f), f.state),
  line: (f) =>
    `${joinParts(instanceName(f), f.name)}: ${f.state}  failed ${percent(f.failureRate)}  calls ${plain(f.bufferedCalls)}, failed ${plain(f.failedCalls)}, not permitted ${plain(f.notPermittedCalls)}`,
  words: (r) => ({
    name: joinParts(instanceName(r), r.name),
    state: r.state,
    details: [
      percentWord('failed', r.failureRate),
      percentWord('slow', r.slowCallRate),
      numberWord('calls not permitted', r.notPermittedCalls),
    ],
  }),
  impairs: true,
  belongsTo: (f) => f.service,
  needs: (f) => [f.name],
  logNames: namesByService,
  shared: {
    failureRateThreshold: optional('number'),
    slowCallRateThreshold: optional('number'),
    slowCalls: optional('count'),
    halfOpenAt: optional('time'),
  },
});
