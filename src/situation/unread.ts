import type { AnyFact, FactKind } from '../domain/facts/facts.ts';
import type { Row } from '../domain/facts/snapshot.ts';
import { isSourceName } from '../domain/profile/dependencies.ts';
import type { KindDefinition } from '../kinds/define/define-kind.ts';
import type { Health } from '../kinds/health/fact.ts';
import { factKinds, kindOf } from '../kinds/registry/registry.ts';
import type { SituationInput } from './finding.ts';

/** Names that are still to be found in what is read, in lower case. */
class MissingNames {
  readonly #needed: ReadonlyMap<string, readonly string[]>;
  readonly #missing: Map<string, string>;

  constructor(declared: readonly (readonly [name: string, needed: readonly string[]])[]) {
    this.#needed = new Map(declared.map(([name, needed]) => [name.toLowerCase(), needed]));
    this.#missing = new Map(
      declared.flatMap(([, needed]) => needed.map((name) => [name.toLowerCase(), name] as const)),
    );
  }

  get left(): readonly string[] {
    return [...this.#missing.values()];
  }

  get isEmpty(): boolean {
    return this.#missing.size === 0;
  }

  found(name: string): void {
    if (name !== '') this.#missing.delete(name.toLowerCase());
  }

  /** A reported dependency: it tells of itself, and of what it stands for. */
  foundDependency(name: string): void {
    this.found(name);
    for (const text of this.#needed.get(name.toLowerCase()) ?? []) this.found(text);
  }
}

/** The dependencies that a health check or a circuit breaker reports, whatever their state. */
const reportedDependencies = (kind: FactKind, needs: readonly string[], fact: AnyFact): readonly string[] =>
  kind === 'health' ? (fact as Health).components.map(({ name }) => name.split('/').at(-1) ?? name) : needs;

const findInRow = (kindName: FactKind, { fact }: Row, missing: MissingNames): void => {
  const kind = kindOf(kindName) as unknown as KindDefinition<AnyFact>;
  missing.found(fact.source);
  missing.found(kind.belongsTo?.(fact) ?? '');
  for (const part of kind.identity(fact)) missing.found(String(part));
  for (const name of reportedDependencies(kindName, kind.needs?.(fact) ?? [], fact))
    missing.foundDependency(name);
};

/**
 * Returns the parts of the system that the profile declares, as what something depends on, and that nothing reads: no row and no
 * signal has their name, no circuit breaker and no health check reports them. In the order of the profile.
 */
export const unreadParts = ({ snapshot, dependencies }: SituationInput): readonly string[] => {
  const declared = Object.entries(dependencies).filter(([name]) => !isSourceName(name));
  if (declared.length === 0) return [];
  const missing = new MissingNames(declared);
  for (const { id, source, labels } of snapshot.signals) {
    missing.found(id);
    missing.found(source);
    missing.found(labels.service ?? '');
  }
  for (const kind of factKinds())
    for (const row of snapshot.kinds[kind].rows as readonly Row[]) {
      if (missing.isEmpty) return [];
      findInRow(kind, row, missing);
    }
  return missing.left;
};
