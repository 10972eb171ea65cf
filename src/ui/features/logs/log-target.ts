import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { FactKind, FactTypes } from '../../../domain/facts/facts.ts';
import { dependencyPairs } from '../../../domain/profile/dependencies.ts';
import { joinFirst } from '../../../domain/text/count-text.ts';
import type { KindDefinition, LogNames } from '../../../kinds/define/define-kind.ts';
import { namesByLabels } from '../../../kinds/define/log-names.ts';
import { kindOf } from '../../../kinds/registry/registry.ts';
import type { Workload, WorkloadKind } from '../../../kinds/workloads/fact.ts';
import type { FilterChip } from '../../../logs/format/filter-chip.ts';
import type { LogScope } from '../../../logs/format/log-stream.ts';
import { parentEntityOf } from '../../../situation/subject.ts';
import { initialCursor } from '../../kit/components/cursor.ts';
import { updatePane } from '../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { PaneRow, RowSubject } from '../../shell/contract/pane-row.ts';
import { type RenderContext, toWallTime } from '../../shell/contract/render-context.ts';
import type { LogTarget } from '../../shell/contract/services.ts';
import { navigateTo } from '../../shell/navigation/navigation.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { logsPaneId } from './view/view-state-access.ts';

/** The reason why logs are unavailable here, or undefined. */
export const logsUnavailableReason = ({ view }: KeyContext): string | undefined => {
  const { open } = view.cockpit;
  if (open === undefined) return 'no environment is open yet';
  return (open.tails?.length ?? 0) === 0 ? 'not configured: no source provides logs' : undefined;
};

/** Opens the logs of the selected row from any pane. */
export const openLogsKey: Binding = {
  id: 'logs.here',
  keys: ['L'],
  description: 'open the logs of this row, from 5 min before the problem',
  footer: 'logs',
  whyNot: (context) =>
    logsUnavailableReason(context) ??
    (context.pane.id === logsPaneId
      ? 'already in Logs'
      : logTargetOf(context.view, context.row, context.pane.id) === undefined
        ? `this row has no logs: press ${boundKey(context.view.cockpit, 'pane.8', '8')} for all streams`
        : undefined),
  run: (context) => {
    const target = logTargetOf(context.view, context.row, context.pane.id);
    if (target !== undefined) openLogTarget(context, target);
  },
};

/** Opens Logs with the streams, chips and time of a target. */
export const openLogTarget = (
  { model, commands, notify: say }: KeyContext,
  { scope, chips, at, notice }: LogTarget,
): void => {
  updatePane(model, logsPaneId, { cursor: initialCursor, marks: undefined, opened: false });
  model.setState(({ logs: { pausedAt: _, movedAtPastTime: __, prompt: ___, ...logs } }) => ({
    logs: { ...logs, follow: true },
  }));
  commands.logs.setPaused(false);
  commands.logs.open(scope);
  commands.logs.setFilters(chips);
  navigateTo(model, logsPaneId);
  say(at === undefined ? notice : `${notice} · from 5 min before the problem`);
};

type Of = LogScope['of'][number];

/** The names of streams, each once: several sources can have a stream of the same name. */
export const streamNames = (streams: readonly Of[]): string =>
  [...new Set(streams.map((stream) => stream.of ?? stream.source))].join(', ');

/** Kinds that sources expect as a prefix of the name: 'deployment/billing'. */
const kindsWithPrefix: ReadonlySet<WorkloadKind> = new Set([
  'pod',
  'deployment',
  'statefulset',
  'daemonset',
  'job',
]);

const kindsWithoutLogs: ReadonlySet<WorkloadKind> = new Set([
  ...(['node', 'process', 'file'] as const),
  ...(['application', 'kustomization', 'helmrelease', 'release'] as const),
]);

/** The stream name of a workload in the syntax of its source; undefined if the kind writes no logs. */
const ofWorkload = ({ source, kind, name, owner }: Workload): Of | undefined => {
  if (kindsWithPrefix.has(kind)) return { source, of: `${kind}/${name}` };
  if (kind === 'container' && owner.startsWith('pod/')) return { source, of: owner };
  return kindsWithoutLogs.has(kind) ? undefined : { source, of: name };
};

const workloads = ({ own, cockpit }: RenderContext): readonly Workload[] => {
  const tails = new Set(cockpit.open?.tails ?? []);
  return (own?.snapshot.kinds.workloads.rows ?? [])
    .map(({ fact }) => fact)
    .filter(({ source }) => tails.has(source));
};

/** The streams of a workload if its source provides logs. */
const streamsOfWorkload = (view: RenderContext, fact: Workload): readonly Of[] => {
  const of = ofWorkload(fact);
  return of === undefined || view.cockpit.open?.tails?.includes(of.source) !== true ? [] : [of];
};

/** Search order. Controllers come first, because their streams include new pods. */
const kindOrder: readonly WorkloadKind[] = [
  'deployment',
  'statefulset',
  'daemonset',
  'service',
  'pod',
  'container',
  'unit',
  'job',
];

const nameMatchers: readonly ((name: string, wantedPart: string) => boolean)[] = [
  (name, wantedPart) => name === wantedPart,
  (name, wantedPart) => name.replace(/\.service$/, '') === wantedPart || name.startsWith(`${wantedPart}-`),
  (name, wantedPart) =>
    name.endsWith(`-${wantedPart}`) || name.includes(`-${wantedPart}-`) || name.includes(`_${wantedPart}_`),
];

/**
 * Finds streams by name; earlier names win (an instance before its service). Prefers exact matches, then prefixes, then
 * parts. Among equal matches only the first kind in `kindOrder` is returned.
 */
export const streamsByName = (view: RenderContext, names: readonly string[]): readonly Of[] => {
  const all = workloads(view);
  for (const wantedName of names.filter((name) => name !== ''))
    for (const isCalled of nameMatchers) {
      const matches = all.filter(({ name }) => isCalled(name, wantedName));
      for (const kind of kindOrder) {
        const of = matches.flatMap((fact) => (fact.kind === kind ? (ofWorkload(fact) ?? []) : []));
        if (of.length > 0) return of;
      }
    }
  return [];
};

/** Log sources that read no workloads: only they know the names of their streams. */
const sourcesWithoutWorkloads = ({ own, cockpit }: RenderContext): readonly string[] => {
  if (own === undefined) return [];
  const { feeds, frame } = own.facts;
  const reading = new Set([
    ...Object.values(feeds).flatMap(({ feed }) => (feed.kind === 'workloads' ? [feed.source] : [])),
    ...Object.entries(frame.sources).flatMap(([id, { kinds }]) =>
      kinds?.includes('workloads') === true ? [id] : [],
    ),
  ]);
  return (cockpit.open?.tails ?? []).filter((source) => !reading.has(source));
};

/** The names a row is known by. */
const namesOf = (subject: RowSubject): LogNames => {
  if (subject.kind === 'signal') return namesByLabels(subject.signal.title, subject.signal.labels);
  const kind: KindDefinition = kindOf<FactKind>(subject.kind);
  return kind.logNames?.(subject.fact) ?? { title: kind.label(subject.fact), names: [], word: '' };
};

/** The streams of an instance or service in the sources that list them under its name; [] for other rows. */
const streamsOfService = (view: RenderContext, subject: RowSubject): readonly Of[] => {
  if (subject.kind === 'signal' || !('service' in subject.fact)) return [];
  const names = [...new Set(namesOf(subject).names)].filter((name) => name !== '');
  return sourcesWithoutWorkloads(view).flatMap((source) => names.map((of) => ({ source, of })));
};

/** The names by which the profile may list a row as dependent. */
const listedNames = (subject: RowSubject): readonly string[] =>
  subject.kind === 'signal'
    ? [subject.signal.id, parentEntityOf(subject)]
    : [...(subject.kind === 'alerts' ? [subject.fact.name] : []), parentEntityOf(subject)];

const folded = (name: string): string => name.toLowerCase();

/**
 * The streams of what a row depends on according to the profile, the nearest that have some: a check of the API has the lines of the service
 * behind it, and an error rate those of the services that it measures.
 */
const streamsOfDependencies = (view: RenderContext, subject: RowSubject): readonly Of[] => {
  const needed = Map.groupBy(dependencyPairs(view.cockpit.open?.dependencies ?? {}), ([name]) =>
    folded(name),
  );
  const seen = new Set<string>();
  let names = listedNames(subject);
  while (names.length > 0) {
    names = names.flatMap((name) => (needed.get(folded(name)) ?? []).map(([, other]) => other));
    names = [...new Set(names)].filter((name) => !seen.has(folded(name)));
    for (const name of names) seen.add(folded(name));
    const streams = names.flatMap((name) => streamsByName(view, [name, folded(name)]));
    if (streams.length > 0) return streams;
  }
  return [];
};

/** The streams of a row; [] if no stream is known to be its own. */
const streamsOf = (view: RenderContext, subject: RowSubject): readonly Of[] => {
  const own = subject.kind === 'workloads' ? streamsOfWorkload(view, subject.fact) : [];
  const found = own.length > 0 ? own : streamsByName(view, namesOf(subject).names);
  if (found.length > 0) return found;
  const others = streamsOfDependencies(view, subject);
  return others.length > 0 ? others : streamsOfService(view, subject);
};

/** Streams that a message names; the others are counted. */
const mostNamed = 3;

/** 'orders, billing, psp and 2 more': the existing streams, by their controllers; '' where only the sources know them. */
const knownStreams = (view: RenderContext): string => {
  const all = workloads(view);
  const kind = kindOrder.find((candidate) => all.some((fact) => fact.kind === candidate));
  return joinFirst([...new Set(all.flatMap((fact) => (fact.kind === kind ? [fact.name] : [])))], mostNamed);
};

/** Lead time before the start of a problem: the lines before it often show its cause. */
const leadMs: Millis = 5 * 60_000;

/** Start of the problem, on the engine's clock; undefined if the row is ok or the start is unknown. */
const sinceOf = ({ own }: RenderContext, subject: RowSubject): Millis | undefined => {
  if (subject.kind === 'signal')
    return subject.signal.level === 'ok' ? undefined : subject.signal.verdict?.since;
  if (subject.kind === 'alerts') return subject.fact.since;
  const rows = own?.snapshot.kinds[subject.kind].rows ?? [];
  const row = rows.find(({ fact }: { readonly fact: FactTypes[FactKind] }) => fact === subject.fact);
  return row === undefined || row.level === 'ok' ? undefined : row.since;
};

const including = (word: string): readonly FilterChip[] =>
  word === ''
    ? []
    : [{ is: 'include', pattern: { text: word, regex: false, ignoreCase: word === word.toLowerCase() } }];

const around = (
  time: Millis | undefined,
): { readonly chips: readonly FilterChip[]; readonly since?: Millis } =>
  time === undefined ? { chips: [] } : { chips: [{ is: 'time', from: time - leadMs }], since: time - leadMs };

const targetFor = (
  view: RenderContext,
  { title, word }: Pick<LogNames, 'title' | 'word'>,
  streams: LogScope['of'],
  since?: Millis,
): LogTarget => {
  const time = since === undefined ? undefined : toWallTime(view, since);
  const { chips, since: from } = around(time);
  const isFound = streams.length > 0;
  const called = isFound || word === '' ? '' : `, only lines with ${word}`;
  const known = isFound ? '' : knownStreams(view);
  return {
    scope: {
      title: isFound ? title : 'all streams',
      of: streams,
      ...defined({ since: from }),
    },
    chips: [...(isFound ? [] : including(word)), ...chips],
    ...defined({ at: time }),
    notice: isFound
      ? `Logs: ${streamNames(streams)}`
      : `Logs: no stream is called ${title}: all streams${called}${known === '' ? '' : ` · streams: ${known}`}`,
  };
};

/** The logs of a row, from shortly before its problem started; undefined if the row has no logs. */
export const logTargetOf = (
  view: RenderContext,
  row: PaneRow | undefined,
  pane: string,
): LogTarget | undefined => {
  if (row === undefined) return undefined;
  const { subject } = row;
  if (subject !== undefined) {
    return targetFor(view, namesOf(subject), streamsOf(view, subject), sinceOf(view, subject));
  }
  const entry =
    pane === 'journal'
      ? view.cockpit.journal.find(
          ({ at, kind, what, change }) => `${at} ${kind} ${what} ${change}` === row.key,
        )
      : undefined;
  if (entry === undefined) return undefined;
  const names = entry.what
    .split(/[ ·/]+/)
    .filter((word) => word.length > 2)
    .slice(1);
  return targetFor(view, { title: entry.what, word: '' }, streamsByName(view, names), entry.at);
};
