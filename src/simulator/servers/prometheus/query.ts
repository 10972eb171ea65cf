import type { Millis } from '../../../domain/fault.ts';
import type { Labels } from '../../exposition/family.ts';
import { monitorOf } from '../../monitoring/monitor.ts';
import { type Expr, ParseError } from '../../promql/ast.ts';
import { typeOf } from '../../promql/check-types.ts';
import { Evaluation, type Storage } from '../../promql/evaluate.ts';
import { durationMs } from '../../promql/lexer.ts';
import { parseQuery } from '../../promql/parser.ts';
import { ExecutionError, keyOf, samplesOf, type Value, type VectorSample } from '../../promql/value.ts';
import type { Answer } from '../serve.ts';
import type { View } from '../sight.ts';
import { badParameter, failure, goFloat, success } from './reply.ts';

const rfc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** A moment in ms: Unix seconds or RFC 3339; undefined when it is neither. */
const momentIn = (text: string): Millis | undefined => {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  return rfc.test(text) ? Date.parse(text) : undefined;
};

/** A span in ms: seconds, or a duration of PromQL; undefined when it is neither. */
const spanIn = (text: string): Millis | undefined => {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text) * 1000;
  return /^(?:\d+(?:ms|[smhdwy]))+$/.test(text) ? durationMs(text) : undefined;
};

const badMoment = (name: string, text: string): string =>
  `Invalid time value for '${name}': cannot parse ${JSON.stringify(text)} to a valid timestamp`;
const badSpan = (text: string): string => `cannot parse ${JSON.stringify(text)} to a valid duration`;

const point = (at: Millis, value: number): readonly [number, string] => [
  Math.round(at) / 1000,
  goFloat(value),
];

/** A value as the API writes it, at a moment of the caller's clock. */
const resultOf = (value: Value, at: Millis, toClock: (modelAt: Millis) => Millis): unknown => {
  switch (value.is) {
    case 'scalar':
      return { resultType: 'scalar', result: point(at, value.value) };
    case 'string':
      return { resultType: 'string', result: [at / 1000, value.value] };
    case 'vector':
      return {
        resultType: 'vector',
        result: value.samples.map((sample) => ({ metric: sample.metric, value: point(at, sample.value) })),
      };
    case 'matrix':
      return {
        resultType: 'matrix',
        result: value.series.map(({ metric, points }) => ({
          metric,
          values: points.at.map((time, index) => point(toClock(time), points.values[index] ?? 0)),
        })),
      };
  }
};

/** Parses and evaluates; what is wrong with the query or with its data becomes the API's answer. */
const answering = (query: string, evaluate: (expr: Expr) => Answer): Answer => {
  try {
    return evaluate(parseQuery(query));
  } catch (error) {
    if (error instanceof ParseError) return badParameter('query', error.message);
    if (error instanceof ExecutionError) return failure('execution', error.message);
    throw error;
  }
};

/** What queries are asked of: samples in model time, and the way between that and the caller's clock. */
export interface Asked {
  readonly storage: Storage;
  toClock(modelAt: Millis): Millis;
  toModel(at: Millis): Millis;
}

const askedIn = ({ model, ...view }: View): Asked => ({
  storage: monitorOf({ model, ...view }).history,
  toClock: (at) => model.toClock(at),
  toModel: (at) => model.toModel(at),
});

/** The value of a query at one moment of the caller's clock, in the API's envelope. */
export const answerInstant = (query: string, at: Millis, { storage, toClock, toModel }: Asked): Answer =>
  answering(query, (expr) => {
    const value = new Evaluation(storage, toClock).at(expr, toModel(at));
    return success(resultOf(value, at, toClock));
  });

/** `/api/v1/query`: the value at `time`, which is now when nobody says. */
export const instantQuery = (form: URLSearchParams, view: View): Answer => {
  const timeText = form.get('time') ?? '';
  const at = timeText === '' ? view.clock.now() : momentIn(timeText);
  if (at === undefined) return badParameter('time', badMoment('time', timeText));
  const timeout = form.get('timeout') ?? '';
  if (timeout !== '' && spanIn(timeout) === undefined) return badParameter('timeout', badSpan(timeout));
  return answerInstant(form.get('query') ?? '', at, askedIn(view));
};

/** The moments of a range query, in ms of the caller's clock. */
interface Steps {
  readonly start: Millis;
  readonly end: Millis;
  readonly step: Millis;
}

const stepsIn = (form: URLSearchParams): Steps | Answer => {
  const [startText, endText, stepText] = [
    form.get('start') ?? '',
    form.get('end') ?? '',
    form.get('step') ?? '',
  ];
  const [start, end, step] = [momentIn(startText), momentIn(endText), spanIn(stepText)];
  if (start === undefined) return badParameter('start', `cannot parse "${startText}" to a valid timestamp`);
  if (end === undefined) return badParameter('end', `cannot parse "${endText}" to a valid timestamp`);
  if (end < start) return badParameter('end', 'end timestamp must not be before start time');
  if (step === undefined) return badParameter('step', badSpan(stepText));
  if (step <= 0)
    return badParameter(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  return (end - start) / step > 11_000
    ? failure(
        'bad_data',
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      )
    : { start, end, step };
};

const samplesIn = (value: Value): readonly VectorSample[] => {
  if (value.is === 'scalar') return [{ metric: {}, value: value.value }];
  return samplesOf(value);
};

/** The values of a query at every step, series by series, in the API's envelope. */
export const answerRange = (query: string, steps: Steps, { storage, toClock, toModel }: Asked): Answer =>
  answering(query, (expr) => {
    const type = typeOf(expr);
    if (type !== 'scalar' && type !== 'instant vector')
      return failure(
        'bad_data',
        `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
      );
    const evaluation = new Evaluation(storage, toClock);
    const found = new Map<string, { readonly metric: Labels; readonly values: unknown[] }>();
    for (let at = steps.start; at <= steps.end; at += steps.step)
      for (const sample of samplesIn(evaluation.at(expr, toModel(at)))) {
        const key = keyOf(sample.metric);
        const series = found.get(key) ?? { metric: sample.metric, values: [] };
        series.values.push(point(at, sample.value));
        found.set(key, series);
      }
    const result = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
    return success({ resultType: 'matrix', result });
  });

/** `/api/v1/query_range`: from `start` to `end` by `step`. */
export const rangeQuery = (form: URLSearchParams, view: View): Answer => {
  const steps = stepsIn(form);
  return 'status' in steps ? steps : answerRange(form.get('query') ?? '', steps, askedIn(view));
};
