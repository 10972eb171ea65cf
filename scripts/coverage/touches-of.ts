import { kindsOf, signalIdsOf } from '../../src/expressions/mentions.ts';
import { parseExpression } from '../../src/expressions/parse.ts';
import type { EntryIds } from '../../src/profile/coverage-file.ts';
import type { TraceLine } from '../trace/lines.ts';
import type { Touch, TouchKind } from './touch.ts';

type Line<W extends TraceLine['what']> = Extract<TraceLine, { what: W }>;
type Step = NonNullable<Line<'run'>['steps']>[number];

/** A run until now: its steps as they were planned, what it used, and how its proofs stood when they were read last. */
interface FollowedRun {
  readonly runbook: string;
  readonly steps: readonly Step[];
  readonly used: Touch[];
  proofs: NonNullable<Line<'run'>['proofs']>;
}

/** What a trace has told of one environment. */
class Environment {
  readonly #profile: Line<'profile'>;
  readonly #ids: EntryIds;
  readonly #verdicts = new Map<string, Line<'verdict'>>();
  /** Sources that gave facts, by feed. */
  readonly #feeds = new Map<string, Line<'poll-end'>>();
  readonly #runs = new Map<string, FollowedRun>();
  readonly #touches = new Map<string, Touch>();

  constructor(profile: Line<'profile'>, ids: EntryIds) {
    this.#profile = profile;
    this.#ids = ids;
  }

  take(line: TraceLine): void {
    if (line.what === 'verdict') this.#verdicts.set(line.row, line);
    // What a failed read leaves of the last good one stays known.
    else if (line.what === 'poll-end' && (line.items > 0 || line.faults.length === 0))
      this.#feeds.set(line.feed, line);
    else if (line.what === 'first-line')
      this.#add('view', `logs.views.${line.view}`, `view ${line.view}`, {
        danger: 'read',
        types: this.#typesOf([line.source]),
      });
    else if (line.what === 'run') this.#run(line);
  }

  /** Each entry once: what was used, and what the facts say at the end. */
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
    const wanted = new Set(sources);
    return [...new Set(this.#profile.sources.flatMap(({ id, type }) => (wanted.has(id) ? [type] : [])))];
  }

  /** The sources that gave rows of a kind. */
  #givers(kind: string): readonly string[] {
    return [...this.#feeds.values()].flatMap((line) =>
      line.kind === kind && line.items > 0 ? [line.source] : [],
    );
  }

  /** The sources that a signal was read from, also where it is worked out from others. */
  #sourcesOfSignal(id: string, seen: Set<string>): readonly string[] {
    const spec = this.#profile.signals.find((one) => one.id === id);
    if (spec === undefined || seen.has(id)) return [];
    seen.add(id);
    if (spec.source !== undefined) return [spec.source];
    if (spec.facts !== undefined) return this.#givers(spec.facts);
    return (spec.of ?? []).flatMap((operand) => this.#sourcesOfSignal(operand, seen));
  }

  /** The types of the sources that a step asks, or that decide its expression. */
  #typesRead({ use, that = '' }: Step): readonly string[] {
    if (use !== undefined) return this.#typesOf([use.slice(0, use.indexOf('.'))]);
    const parsed = parseExpression(that);
    if (!parsed.ok) return [];
    const { expression } = parsed;
    return this.#typesOf([
      ...[...signalIdsOf(expression)].flatMap((id) => this.#sourcesOfSignal(id, new Set())),
      ...[...kindsOf(expression)].flatMap((kind) => this.#givers(kind)),
    ]);
  }

  /** Signals that have a value in a row, judged where they have limits; and the views that such a value was counted with. */
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

  /** What is there to be read as it is: people, ladders, severities, links. */
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
    // Only a run that recovered used any: what a failed one did is no evidence.
    else if (line.event === 'ended' && line.ending === 'recovered')
      for (const touch of [...run.used, ...this.#proven(run)])
        if (touch.ids.length > 0) this.#touches.set(JSON.stringify(touch), touch);
  }

  #step({ runbook }: FollowedRun, step: Step, more: Pick<Touch, 'danger' | 'types'>): Touch {
    // A turn of a loop ('a1/2') is a turn of its step.
    const id = step.id.replace(/\/\d+$/, '');
    return this.#touchOf(step.section, `runbooks.${runbook}.${step.section}.${id}`, `${runbook} ${id}`, more);
  }

  /** A diagnose step that has brought something, without a fault. A person's look is no step of the program. */
  #diagnosed(run: FollowedRun, line: Line<'run'>): readonly Touch[] {
    const step = run.steps.find(({ id, section }) => section === 'diagnose' && id === line.step);
    if (step === undefined || line.ok !== true || (line.faults?.length ?? 0) > 0) return [];
    if ((line.lines ?? 0) === 0 || (step.that !== undefined && line.unknown === true)) return [];
    const danger = step.manual === true ? 'manual' : 'read';
    return [this.#step(run, step, { danger, types: this.#typesRead(step) })];
  }

  /** A step that was carried out on something, in the danger with which it was planned; or that a person ticked. */
  #acted(run: FollowedRun, { event, step: id, ok, ask }: Line<'run'>): readonly Touch[] {
    const step = run.steps.find((one) => one.section === 'act' && one.id === id);
    if (step === undefined || ok !== true || ask === true) return [];
    if (event === 'ticked')
      return step.manual === true ? [this.#step(run, step, { danger: 'manual', types: [] })] : [];
    const { danger, targets = 0, calls = 0 } = step;
    if (danger === undefined || targets + calls === 0) return [];
    return [this.#step(run, step, { danger, types: this.#typesRead(step) })];
  }

  /** The proofs that held in the last reading. */
  #proven(run: FollowedRun): readonly Touch[] {
    const hold = new Set(run.proofs.flatMap(({ id, value }) => (value === 'true' ? [id] : [])));
    return run.steps
      .filter(({ section, id }) => section === 'verify' && hold.has(id))
      .map((step) => this.#step(run, step, { danger: 'read', types: this.#typesRead(step) }));
  }
}

/**
 * Which entries of a profile a run of the program used, by its trace. `idsIn` gives the requirement rows that the entries of an
 * environment (SYSTEM/ENV) serve; entries that serve none are left out.
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
  return [...environments.values()].flatMap((one) => one.all());
};
