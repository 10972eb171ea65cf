import { kindsOf, signalIdsOf } from '../../src/expressions/rows/mentions.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { EntryIds } from '../../src/profile/document/coverage-file.ts';
import type { TraceLine } from '../trace/lines.ts';
import type { Touch, TouchKind } from './touch.ts';

type Line<W extends TraceLine['what']> = Extract<TraceLine, { what: W }>;
type Step = NonNullable<Line<'run'>['steps']>[number];

/** State of a run: planned steps, used entries, and the latest results of its verifications. */
interface FollowedRun {
  readonly runbook: string;
  readonly steps: readonly Step[];
  readonly used: Touch[];
  proofs: NonNullable<Line<'run'>['proofs']>;
}

/** State of one environment from a trace. */
class Environment {
  readonly #profile: Line<'profile'>;
  readonly #ids: EntryIds;
  readonly #verdicts = new Map<string, Line<'verdict'>>();
  /** Sources that provided facts, by feed. */
  readonly #feeds = new Map<string, Line<'poll-end'>>();
  readonly #runs = new Map<string, FollowedRun>();
  readonly #touches = new Map<string, Touch>();

  constructor(profile: Line<'profile'>, ids: EntryIds) {
    this.#profile = profile;
    this.#ids = ids;
  }

  take(line: TraceLine): void {
    if (line.what === 'verdict') this.#verdicts.set(line.row, line);
    // Facts that a failed read keeps from the last successful one remain known.
    else if (line.what === 'poll-end' && (line.items > 0 || line.faults.length === 0))
      this.#feeds.set(line.feed, line);
    else if (line.what === 'first-line')
      this.#add('view', `logs.views.${line.view}`, `view ${line.view}`, {
        danger: 'read',
        types: this.#typesOf([line.source]),
      });
    else if (line.what === 'run') this.#run(line);
  }

  /** Each entry once: those used by runs, and those with facts at the end. */
  all(): readonly Touch[] {
    this.#signals();
    this.#listed();
    return [...this.#touches.values()];
  }

  #add(kind: TouchKind, path: string, by: string, more: Pick<Touch, 'danger' | 'types'>): void {
    const touch = this.#touchOf(kind, path, by, more);
    if (touch.ids.length > 0) this.#touches.set(JSON.stringify(touch), touch);
  }

  #touchOf(kind: TouchKind, path: string, by: string, more: Pick<Touch, 'danger' | 'types'>): Touch {
    return { ids: this.#ids.get(path) ?? [], kind, by, ...more };
  }

  #typesOf(sources: Iterable<string>): readonly string[] {
    const wantedSet = new Set(sources);
    return [...new Set(this.#profile.sources.flatMap(({ id, type }) => (wantedSet.has(id) ? [type] : [])))];
  }

  /** Sources that provided rows of a kind. An answer without alerts is one: those of before are resolved. */
  #providersOf(kind: string): readonly string[] {
    return [...this.#feeds.values()].flatMap((line) =>
      line.kind === kind && (line.items > 0 || kind === 'alerts') ? [line.source] : [],
    );
  }

  /** Sources of a signal, including those of computed signals. */
  #sourcesOfSignal(id: string, seen: Set<string>): readonly string[] {
    const spec = this.#profile.signals.find((signal) => signal.id === id);
    if (spec === undefined || seen.has(id)) return [];
    seen.add(id);
    if (spec.source !== undefined) return [spec.source];
    if (spec.facts !== undefined) return this.#providersOf(spec.facts);
    return (spec.of ?? []).flatMap((operand) => this.#sourcesOfSignal(operand, seen));
  }

  /** Source types that a step uses, or that its expression depends on. */
  #typesRead({ use, that = '' }: Step): readonly string[] {
    if (use !== undefined) return this.#typesOf([use.slice(0, use.indexOf('.'))]);
    const parsed = parseExpression(that);
    if (!parsed.ok) return [];
    const { expression } = parsed;
    return this.#typesOf([
      ...[...signalIdsOf(expression)].flatMap((id) => this.#sourcesOfSignal(id, new Set())),
      ...[...kindsOf(expression)].flatMap((kind) => this.#providersOf(kind)),
    ]);
  }

  /** Signals with a value, evaluated if they have limits, and the log views that such a value was counted with. */
  #signals(): void {
    for (const { id, judged, view } of this.#profile.signals) {
      const isJudged = [...this.#verdicts.values()].some(
        ({ signal, value, fault, level }) =>
          signal === id && value !== null && fault === undefined && (!judged || level !== 'unknown'),
      );
      if (!isJudged) continue;
      const more = { danger: 'read', types: this.#typesOf(this.#sourcesOfSignal(id, new Set())) } as const;
      this.#add('signal', `signals.${id}`, `signal ${id}`, more);
      if (view !== undefined) this.#add('view', `logs.views.${view}`, `view ${view}`, more);
    }
  }

  /** Entries that only list data: contacts, escalation paths, severities, links. */
  #listed(): void {
    for (const path of this.#ids.keys()) {
      const [, id] = /^(?:contacts|links|escalation|severities)\.(.+)$/.exec(path) ?? [];
      if (id !== undefined) this.#add('listed', path, `entry ${id}`, { types: [] });
      else if (path === 'review') this.#add('listed', path, 'review', { types: [] });
    }
  }

  #run(line: Line<'run'>): void {
    if (line.event === 'planned') {
      const { runbook = '', steps = [] } = line;
      this.#runs.set(line.run, { runbook, steps, used: [], proofs: [] });
      return;
    }
    const run = this.#runs.get(line.run);
    if (run === undefined) return;
    if (line.event === 'diagnosed') run.used.push(...this.#diagnosed(run, line));
    else if (line.event === 'acted' || line.event === 'ticked') run.used.push(...this.#acted(run, line));
    else if (line.event === 'verifying') run.proofs = line.proofs ?? [];
    // Only recovered runs count: a failed run proves nothing.
    else if (line.event === 'ended' && line.ending === 'recovered')
      for (const touch of [...run.used, ...this.#proven(run), ...this.#listedAfter(run)])
        if (touch.ids.length > 0) this.#touches.set(JSON.stringify(touch), touch);
  }

  #step({ runbook }: FollowedRun, step: Step, more: Pick<Touch, 'danger' | 'types'>): Touch {
    // A loop iteration ('a1/2') counts as its step.
    const id = step.id.replace(/\/\d+$/, '');
    // Work that follows a run is for the operator, as a manual step is.
    const kind = step.section === 'after' || step.section === 'prevent' ? 'act' : step.section;
    return this.#touchOf(kind, `runbooks.${runbook}.${step.section}.${id}`, `${runbook} ${id}`, more);
  }

  /** A diagnose step with a result and without a fault. A manual check is not a step of the program. */
  #diagnosed(run: FollowedRun, line: Line<'run'>): readonly Touch[] {
    const step = run.steps.find(({ id, section }) => section === 'diagnose' && id === line.step);
    if (step === undefined || line.ok !== true || (line.faults?.length ?? 0) > 0) return [];
    if ((line.lines ?? 0) === 0 || (step.that !== undefined && line.unknown === true)) return [];
    const danger = step.manual === true ? 'manual' : 'read';
    return [this.#step(run, step, { danger, types: this.#typesRead(step) })];
  }

  /** A step that was executed on a target, with its planned danger; or that an operator ticked. */
  #acted(run: FollowedRun, { event, step: id, ok, ask }: Line<'run'>): readonly Touch[] {
    const step = run.steps.find((candidate) => candidate.section === 'act' && candidate.id === id);
    if (step === undefined || ok !== true || ask === true) return [];
    if (event === 'ticked')
      return step.manual === true ? [this.#step(run, step, { danger: 'manual', types: [] })] : [];
    const { danger, targets = 0, calls = 0 } = step;
    if (danger === undefined || targets + calls === 0) return [];
    return [this.#step(run, step, { danger, types: this.#typesRead(step) })];
  }

  /** The work that follows a recovered run, which its record lists. */
  #listedAfter(run: FollowedRun): readonly Touch[] {
    return run.steps
      .filter(({ section }) => section === 'after' || section === 'prevent')
      .map((step) => this.#step(run, step, { danger: 'manual', types: [] }));
  }

  /** Verifications that held in the last reading. */
  #proven(run: FollowedRun): readonly Touch[] {
    const met = new Set(run.proofs.flatMap(({ id, value }) => (value === 'true' ? [id] : [])));
    return run.steps
      .filter(({ section, id }) => section === 'verify' && met.has(id))
      .map((step) => this.#step(run, step, { danger: 'read', types: this.#typesRead(step) }));
  }
}

/**
 * The profile entries that a run of the program used, from its trace. `idsIn` returns the requirement rows of the entries of an
 * environment (SYSTEM/ENV); entries without rows are omitted.
 */
export const touchesOf = (
  lines: readonly TraceLine[],
  idsIn: (env: string) => EntryIds,
): readonly Touch[] => {
  const environments = new Map<string, Environment>();
  for (const line of lines) {
    const { env = '' } = line;
    if (line.what === 'profile') environments.set(env, new Environment(line, idsIn(env)));
    else environments.get(env)?.take(line);
  }
  return [...environments.values()].flatMap((environment) => environment.all());
};
