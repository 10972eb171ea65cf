import { type LimitWords, limitsOf } from '../../../domain/facts/level.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { certainSince, formatStateAge, isStartUnknown } from '../../../domain/facts/state-start.ts';
import { isInBound, parseBound } from '../../../domain/facts/threshold.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatClockTime, formatLatency } from '../../../domain/text/format.ts';
import { isUp, unreportedComponents } from '../../../kinds/health/components.ts';
import { kindOf } from '../../../kinds/registry/registry.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { levelWords } from '../../kit/theme/glyphs.ts';
import { paneState } from '../../shell/contract/model.ts';
import type { PaneCell } from '../../shell/contract/pane.ts';
import { type EnvironmentView, type RenderContext, toWallTime } from '../../shell/contract/render-context.ts';
import { type NoteRequest, renderNotes } from '../../shell/panes/note-lines.ts';
import { wordRole } from '../../shell/panes/problem.ts';
import { columnEnvironments } from '../../shell/state/environment-label.ts';
import { faultSentence } from '../../shell/state/fault-text.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { healthHistoryLines, isHistoryShown, lastOkAt } from './level-history.ts';
import type { HealthCell, ServiceRow } from './rows.ts';

/** The message of a check: its detail text, then its components, those that are not up first. */
const messageOf = ({ fact }: Row<'health'>, all: boolean): string => {
  const failing = unreportedComponents(fact);
  const components = all ? [...failing, ...fact.components.filter(isUp)] : failing;
  return [fact.detail, components.map(({ name, status }) => `${name} ${status}`).join(' · ')]
    .filter((part) => part !== '')
    .join('  ');
};

/** The beginning of a message about a latency beyond its limit. */
export const slowWord = 'slow: ';

/** 'slow: 2.6s, limit 1.0s': the latency of a row that is up, beyond its bound; '' otherwise. */
const slowText = ({ fact, stale }: Row<'health'>, limits: LimitWords): string => {
  const { latencyMs } = fact;
  if (latencyMs === undefined || stale || fact.status !== 'up') return '';
  const { warn, crit } = kindOf('health').boundsOf(limits);
  for (const text of [crit, warn]) {
    const bound = text === undefined ? undefined : parseBound(text);
    if (bound === undefined || !('op' in bound) || isInBound(bound, latencyMs) !== true) continue;
    const limit = typeof bound.value === 'number' ? formatLatency(bound.value) : bound.value;
    return `${slowWord}${formatLatency(latencyMs)}, limit ${limit}`;
  }
  return '';
};

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('  ');

/** The message for a single cell: a latency beyond its limit, then the detail; omits components that are up. */
export const shortHealthMessage = (row: Row<'health'>, own: EnvironmentView | undefined): string =>
  joined([slowText(row, limitsOf(own?.facts.frame.limits ?? {}, 'health')), messageOf(row, false)]);

const answerLine = (view: RenderContext, env: string, row: Row<'health'>): StyledLine => {
  const { pen, now } = view;
  const { fact, level } = row;
  const since = certainSince(row);
  const lastOk = env === view.cockpit.open?.env ? lastOkAt(view.cockpit.journal, row) : undefined;
  const what = fact.instance === '' ? fact.service : fact.instance;
  const code = fact.httpStatus === undefined ? 'checked' : String(fact.httpStatus);
  const took = fact.latencyMs === undefined ? '' : ` in ${formatLatency(fact.latencyMs)}`;
  const duration = since === undefined ? '' : ` for ${formatStateAge(row, now)}`;
  const began = isStartUnknown(row) ? 'seen since' : 'since';
  return [
    pen.run(` ${what} · ${env}`, 'bold'),
    pen.run(`  ${fact.source}  ${code}${took}, ${formatAge(now - fact.at)} ago  `, 'faint'),
    pen.run(`${levelWords[level]}${duration}`, wordRole(level)),
    pen.run(since === undefined ? '' : ` ${began} ${formatClockTime(toWallTime(view, since))}`, 'faint'),
    pen.run(lastOk === undefined ? '' : ` · last OK ${formatClockTime(toWallTime(view, lastOk))}`, 'faint'),
  ];
};

const inset = '   ';

const seenLines = (
  view: RenderContext,
  env: string,
  row: Row<'health'>,
  whole: boolean,
): readonly StyledLine[] => {
  const environment = env === view.cockpit.open?.env ? view.own : view.others.get(env);
  const slow = slowText(row, limitsOf(environment?.facts.frame.limits ?? {}, 'health'));
  const message = joined([slow, messageOf(row, true)]);
  const answer = answerLine(view, env, row);
  if (message === '') return [answer];
  const pieces = whole ? view.pen.wrap(message, view.columns - inset.length - 1) : [message];
  return [answer, ...pieces.map((piece): StyledLine => [view.pen.run(inset + piece)])];
};

const cellLines = (
  view: RenderContext,
  row: ServiceRow,
  env: string,
  cell: HealthCell,
  all: boolean,
): readonly StyledLine[] => {
  const { pen } = view;
  if (cell.is === 'seen')
    return (all ? cell.rows : [cell.worst]).flatMap((seen) => seenLines(view, env, seen, all));
  return [
    [pen.run(` ${row.service} · ${env}`, 'bold'), pen.run(`  ${missingHealthText(view, cell)}`, 'faint')],
  ];
};

/** Why a service has no health in an environment. */
const missingHealthText = (view: RenderContext, cell: Exclude<HealthCell, { is: 'seen' }>): string =>
  ({
    blind:
      cell.is === 'blind'
        ? faultSentence(cell.fault, cell.env.facts, view.now, boundKey(view.cockpit, 'ask', 'r'))
        : '',
    waiting: 'no data yet',
    'not-kept': 'opsdeck was not recording this environment at that time',
    'not-set-up': 'not configured in this environment',
  })[cell.is];

/** The environment of the selected column; by default the open one. */
const selectedHealthEnvironment = (view: RenderContext, column: number | undefined): string => {
  const own = view.cockpit.open?.env ?? '';
  return column === undefined ? own : (columnEnvironments(view)[column] ?? own);
};

/** The notes of a service: threads of every instance in the open environment, and properties of the first. */
export const healthNoteRequests = ({ own }: ServiceRow): readonly NoteRequest[] => {
  const questions =
    own.is === 'seen' ? own.rows.map(({ fact: { source, instance } }) => ({ source, instance })) : [];
  return [
    ...questions.map((of) => ({ ...of, name: 'threads' })),
    ...questions.slice(0, 1).map((of) => ({ ...of, name: 'environment' })),
  ];
};

const noteLines = (view: RenderContext, row: ServiceRow): readonly StyledLine[] =>
  healthNoteRequests(row).flatMap((request) => {
    const of = request.instance === '' ? '' : ` of ${request.instance}`;
    return renderNotes(
      view,
      `${request.name === 'threads' ? 'Threads' : 'Properties'}${of}`,
      request,
      () => true,
    );
  });

/** The health of the service in the selected environment. */
export const selectedHealthCell = (view: RenderContext, row: ServiceRow): PaneCell => {
  const env = selectedHealthEnvironment(view, paneState(view.ui, 'health').column);
  const cell = row.cells.get(env) ?? { is: 'not-set-up' };
  const of = env === view.cockpit.open?.env ? view.own : view.others.get(env);
  if (cell.is !== 'seen') return { env, absent: missingHealthText(view, cell) };
  return of === undefined
    ? { env }
    : { env, shown: { subject: { kind: 'health', fact: cell.worst.fact }, of } };
};

/** Renders the last answer of the selected service in the selected environment; opened: in full, for every instance. */
export const renderHealthDetails = (
  view: RenderContext,
  row: ServiceRow,
  column: number | undefined,
  opened: boolean,
): readonly StyledLine[] => {
  const own = view.cockpit.open?.env ?? '';
  const env = selectedHealthEnvironment(view, column);
  const cell = row.cells.get(env) ?? { is: 'not-set-up' };
  const lines = [...cellLines(view, row, env, cell, opened), ...(opened ? noteLines(view, row) : [])];
  const seenBy = env === own ? view.own : view.others.get(env);
  return cell.is === 'seen' && seenBy !== undefined && isHistoryShown(view)
    ? [...lines, ...healthHistoryLines(view, env, seenBy, cell.rows)]
    : lines;
};
