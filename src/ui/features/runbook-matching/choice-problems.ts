import type { Fault } from '../../../domain/base/fault.ts';
import { splitUse } from '../../../domain/runbooks/operation.ts';
import type { ParamSpec, Runbook } from '../../../domain/runbooks/runbook.ts';
import { choiceOrigin, choicesOf } from '../../../expressions/choices.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';

/** The fault for which a source cannot be read at all; undefined: it can, at least in part. */
const sourceFault = ({ facts }: EnvironmentView, source: string): Fault | undefined => {
  const problem = facts.frame.sources[source]?.problem;
  if (problem !== undefined) return problem;
  const feeds = Object.values(facts.feeds).filter(({ feed }) => feed.source === source && feed.everyMs > 0);
  return feeds.length > 0 && feeds.every(({ losses }) => losses > 0) ? feeds[0]?.faults[0] : undefined;
};

const unreadable = (what: string, { source, message }: Fault): string =>
  `choices: ${what}${source === '' ? '' : ` of ${source}`} cannot be read: ${message}`;

/** Why a parameter has no choices now; undefined where it has some, or where they depend on another answer. */
const paramProblem = (own: EnvironmentView, spec: ParamSpec): string | undefined => {
  if ((spec.type !== 'choice' && spec.type !== 'choices') || spec.default !== undefined) return undefined;
  if (spec.read !== undefined) {
    const fault = sourceFault(own, splitUse(spec.read.use).source);
    return fault === undefined ? undefined : unreadable(spec.title ?? spec.name, fault);
  }
  const { snapshot } = own;
  const choices = choicesOf(spec, snapshot);
  if (!('problem' in choices) || choices.dependsOn !== undefined || spec.from === undefined) return undefined;
  const origin = choiceOrigin(spec.from);
  if ('what' in origin) return undefined;
  const { faults, isProvided } = snapshot.kinds[origin.kind];
  const [fault] = faults;
  if (fault !== undefined) return unreadable(origin.kind, fault);
  return isProvided ? undefined : `choices: no source provides ${origin.kind}`;
};

const memoized = memoizePerObject<string | undefined>();

/**
 * Why a runbook cannot be started with a choice: the choices of one of its parameters cannot be read. Starting it would only
 * lead to a card without choices.
 */
export const choicesProblem = ({ own }: RenderContext, runbook: Runbook): string | undefined =>
  own === undefined
    ? undefined
    : memoized(runbook, [own.snapshot, own.facts.feeds], () => {
        for (const spec of runbook.params) {
          const problem = paramProblem(own, spec);
          if (problem !== undefined) return problem;
        }
        return undefined;
      });
