import type { Millis } from '../../../domain/base/fault.ts';
import type { MetricLabels } from '../../exposition/metric-family.ts';
import { monitorFor } from '../../monitoring/monitor.ts';
import { type Expr, PromqlParseError } from '../../promql/ast.ts';
import { expressionType } from '../../promql/check-types.ts';
import { QueryEvaluator, type SeriesStorage } from '../../promql/evaluate.ts';
import { durationMs } from '../../promql/lexer.ts';
import { parsePromql } from '../../promql/parser.ts';
import {
  ExecutionError,
  labelsKey,
  type QueryValue,
  type VectorSample,
  vectorSamples,
} from '../../promql/value.ts';
import { badParameter, errorAnswer, goFloat, successAnswer } from '../http/go-api.ts';
import type { ServerReply } from '../http/http-server.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';

const rfc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** A time in ms from Unix seconds or RFC 3339; undefined if it is neither. */
const parseTime = (text: string): Millis | undefined => {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  return rfc.test(text) ? Date.parse(text) : undefined;
};

/** A duration in ms from seconds or a PromQL duration; undefined if it is neither. */
const parseStep = (text: string): Millis | undefined => {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text) * 1000;
  return /^(?:\d+(?:ms|[smhdwy]))+$/.test(text) ? durationMs(text) : undefined;
};

const invalidTime = (name: string, text: string): string =>
  `Invalid time value for '${name}': cannot parse ${JSON.stringify(text)} to a valid timestamp`;
const invalidDuration = (text: string): string => `cannot parse ${JSON.stringify(text)} to a valid duration`;

const point = (time: Millis, value: number): readonly [number, string] => [
  Math.round(time) / 1000,
  goFloat(value),
];

/** A value in the API's format, at a time of the caller's clock. */
const resultOf = (value: QueryValue, moment: Millis, toClock: (modelAt: Millis) => Millis): unknown => {
  switch (value.is) {
    case 'scalar':
      return { resultType: 'scalar', result: point(moment, value.value) };
    case 'string':
      return { resultType: 'string', result: [moment / 1000, value.value] };
    case 'vector':
      return {
        resultType: 'vector',
        result: value.samples.map((sample) => ({
          metric: sample.metric,
          value: point(moment, sample.value),
        })),
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

/** Parses and evaluates a query; errors become API responses. */
const answering = (query: string, evaluate: (expr: Expr) => ServerReply): ServerReply => {
  try {
    return evaluate(parsePromql(query));
  } catch (error) {
    if (error instanceof PromqlParseError) return badParameter('query', error.message);
    if (error instanceof ExecutionError) return errorAnswer('execution', error.message);
    throw error;
  }
};

/** Input of queries: samples in model time, and the conversion to the caller's clock. */
interface QueryContext {
  readonly storage: SeriesStorage;
  toClock(modelAt: Millis): Millis;
  toModel(time: Millis): Millis;
}

const queryContextOf = ({ model, ...view }: SimulatorContext): QueryContext => ({
  storage: monitorFor({ model, ...view }).history,
  toClock: (time) => model.toClock(time),
  toModel: (time) => model.toModel(time),
});

/** The value of a query at one time of the caller's clock, in the API's envelope. */
export const answerInstant = (
  query: string,
  time: Millis,
  { storage, toClock, toModel }: QueryContext,
): ServerReply =>
  answering(query, (expr) => {
    const value = new QueryEvaluator(storage, toClock).at(expr, toModel(time));
    return successAnswer(resultOf(value, time, toClock));
  });

/** `/api/v1/query`: the value at `time`, default now. */
export const instantQuery = (form: URLSearchParams, view: SimulatorContext): ServerReply => {
  const timeText = form.get('time') ?? '';
  const time = timeText === '' ? view.clock.now() : parseTime(timeText);
  if (time === undefined) return badParameter('time', invalidTime('time', timeText));
  const timeout = form.get('timeout') ?? '';
  if (timeout !== '' && parseStep(timeout) === undefined)
    return badParameter('timeout', invalidDuration(timeout));
  return answerInstant(form.get('query') ?? '', time, queryContextOf(view));
};

/** Evaluation times of a range query, in ms of the caller's clock. */
interface Steps {
  readonly start: Millis;
  readonly end: Millis;
  readonly step: Millis;
}

const stepsIn = (form: URLSearchParams): Steps | ServerReply => {
  const startText = form.get('start') ?? '';
  const endText = form.get('end') ?? '';
  const stepText = form.get('step') ?? '';
  const start = parseTime(startText);
  const end = parseTime(endText);
  const step = parseStep(stepText);
  if (start === undefined) return badParameter('start', `cannot parse "${startText}" to a valid timestamp`);
  if (end === undefined) return badParameter('end', `cannot parse "${endText}" to a valid timestamp`);
  if (end < start) return badParameter('end', 'end timestamp must not be before start time');
  if (step === undefined) return badParameter('step', invalidDuration(stepText));
  if (step <= 0)
    return badParameter(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  return (end - start) / step > 11_000
    ? errorAnswer(
        'bad_data',
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      )
    : { start, end, step };
};

const samplesIn = (value: QueryValue): readonly VectorSample[] => {
  if (value.is === 'scalar') return [{ metric: {}, value: value.value }];
  return vectorSamples(value);
};

/** The values of a query at every step, series by series, in the API's envelope. */
export const answerRange = (
  query: string,
  steps: Steps,
  { storage, toClock, toModel }: QueryContext,
): ServerReply =>
  answering(query, (expr) => {
    const type = expressionType(expr);
    if (type !== 'scalar' && type !== 'instant vector')
      return errorAnswer(
        'bad_data',
        `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
      );
    const evaluation = new QueryEvaluator(storage, toClock);
    const seriesByLabels = new Map<string, { readonly metric: MetricLabels; readonly values: unknown[] }>();
    for (let index = steps.start; index <= steps.end; index += steps.step)
      for (const sample of samplesIn(evaluation.at(expr, toModel(index)))) {
        const key = labelsKey(sample.metric);
        const series = seriesByLabels.get(key) ?? { metric: sample.metric, values: [] };
        series.values.push(point(index, sample.value));
        seriesByLabels.set(key, series);
      }
    const result = [...seriesByLabels].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
    return successAnswer({ resultType: 'matrix', result });
  });

/** `/api/v1/query_range`: from `start` to `end` by `step`. */
export const rangeQuery = (form: URLSearchParams, view: SimulatorContext): ServerReply => {
  const steps = stepsIn(form);
  return 'status' in steps ? steps : answerRange(form.get('query') ?? '', steps, queryContextOf(view));
};
