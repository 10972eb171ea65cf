import { defined } from '../../../domain/base/defined.ts';
import type { IncidentResponse } from '../../../domain/incidents/incident-response.ts';
import { type GenericAction, sourcePlaceholder } from '../../../domain/runbooks/generic-action.ts';
import type { ParamSpec, Runbook, VerifyStep } from '../../../domain/runbooks/runbook.ts';
import { incidentRunbooks } from '../../../incidents/incident-runbooks.ts';
import type { Source } from '../../../sources/kit/contract/source.ts';

/** Inserts the id of the source into every text of a tree. */
const inSource = <T>(tree: T, source: string): T => {
  const inserted = (part: unknown): unknown => {
    if (typeof part === 'string') return part.replaceAll(sourcePlaceholder, source);
    if (Array.isArray(part)) return part.map(inserted);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, inserted(value)]));
  };
  // Only texts change, so the shape stays.
  return inserted(tree) as T;
};

/** The test of the rows of an action: those of its source that pass its own test. Undefined: all rows of the kind. */
const rowTest = (source: string, { where, ofAnySource }: GenericAction): string | undefined => {
  const parts = [
    ...(ofAnySource === true ? [] : [`source = "${source}"`]),
    ...(where === undefined ? [] : [where]),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
};

/** Limits the choices of a parameter to the rows of the action. */
const withRowTest = (param: ParamSpec, on: readonly string[], where: string | undefined): ParamSpec =>
  where !== undefined && on.some((kind) => param.from?.startsWith(`${kind}.`)) ? { ...param, where } : param;

/** Completes a `use` without a source: it is an operation of this one. */
const ownCheck = (step: VerifyStep, source: string): VerifyStep =>
  step.use === undefined || step.use.includes('.') ? step : { ...step, use: `${source}.${step.use}` };

/** An action that a source offers, and the operation that does it. */
interface OfferedAction {
  readonly source: string;
  readonly operation: string;
  readonly action: GenericAction;
}

const runbookOf = (
  { source, operation, action }: OfferedAction,
  isAlone: boolean,
  position: Runbook['position'],
): Runbook => {
  const { id, verb, title, step, on, params, each, danger, timeoutMs, verify, notes, isListed } = inSource(
    action,
    source,
  );
  const where = rowTest(source, action);
  const kinds = [on].flat();
  return {
    id: isAlone ? id : `${id}-${source}`,
    title: isAlone ? title : `${title} (${source})`,
    covers: [],
    params: params.map((param) => withRowTest(param, kinds, where)),
    diagnose: [],
    act: [
      {
        id: 'a1',
        title: step,
        use: `${source}.${operation}`,
        with: inSource(action.with, source),
        ...defined({ each, danger, timeoutMs }),
      },
    ],
    verify: verify === 'none' ? 'none' : verify.map((check) => ownCheck(check, source)),
    generic: {
      verb,
      source,
      on: kinds,
      ...defined({ where, isListed }),
    },
    ...defined({ notes }),
    position,
  };
};

/**
 * The runbooks that report an incident, and those of the generic actions that the operations of these sources declare. They pass through the executor like
 * any other. When several sources offer the same action, its id and title name the source. A runbook of the profile
 * with the same id replaces one.
 */
export const builtInRunbooks = (
  profile: {
    readonly runbooks: readonly Pick<Runbook, 'id' | 'after' | 'prevent'>[];
    readonly file: string;
    readonly incident?: IncidentResponse;
    readonly sources?: readonly { readonly id: string; readonly type: string }[];
  },
  sources: ReadonlyMap<string, Pick<Source, 'id' | 'operations'>>,
): readonly Runbook[] => {
  const { runbooks, file } = profile;
  const offered = [...sources.values()].flatMap(({ id: source, operations }) =>
    operations.flatMap(({ name: operation, actions = [] }) =>
      actions.map((action): OfferedAction => ({ source, operation, action })),
    ),
  );
  const taken = new Set(runbooks.map(({ id }) => id));
  const position = { file, line: 1, col: 1 };
  const generic = [...Map.groupBy(offered, ({ action }) => action.id).values()]
    .flatMap((alike) => alike.map((offeredAction) => runbookOf(offeredAction, alike.length === 1, position)))
    .filter(({ id }) => !taken.has(id));
  return [...generic, ...incidentRunbooks({ ...profile, runbooks: [...runbooks, ...generic] })];
};

/** True for a generic action that is offered on its rows, and for a report of an incident, which Incident offers. */
export const isOnlyOnRows = ({ generic, reports }: Runbook): boolean =>
  reports !== undefined || (generic !== undefined && generic.isListed !== true);
