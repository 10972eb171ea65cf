import type { ParamValues } from '../../domain/param-value.ts';
import type { ParamSpec, Runbook } from '../../domain/runbook.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { choicesOf, countsOf } from '../../expressions/choices.ts';
import { checkParams, type GivenParams } from '../../runs/runbooks/params.ts';
import type { RunView } from '../../store/run-types.ts';

/** What stands between a runbook and its plan: nothing, a parameter to be asked for, or one that it does not have. */
export type Asked =
  | { readonly is: 'whole'; readonly values: ParamValues }
  | { readonly is: 'asking'; readonly asking: NonNullable<RunView['asking']> }
  | { readonly is: 'wrong'; readonly why: string };

const isChosen = ({ type }: ParamSpec): boolean => type === 'choice' || type === 'choices';

const choicesFor = (
  spec: ParamSpec,
  snapshot: Snapshot,
): Pick<NonNullable<RunView['asking']>, 'choices' | 'about' | 'problem'> => {
  if (!isChosen(spec)) return {};
  const found = choicesOf(spec, snapshot);
  return 'choices' in found
    ? { choices: found.choices, ...(found.about === undefined ? {} : { about: found.about }) }
    : { problem: found.problem };
};

/** The first parameter that still lacks a value, with what there is to choose from now; or all of their values. */
export const nextAsked = (runbook: Runbook, given: GivenParams, snapshot: Snapshot): Asked => {
  const checked = checkParams(runbook, given, snapshot);
  if (checked.ok) return { is: 'whole', values: checked.values };
  const [problem] = checked.problems;
  const spec = runbook.params.find((param) => param.name === problem?.name);
  if (problem === undefined || spec === undefined) return { is: 'wrong', why: problem?.what ?? '' };
  return {
    is: 'asking',
    asking: {
      name: spec.name,
      title: spec.title ?? spec.name,
      ...(spec.type === 'choices' ? { several: countsOf(spec) } : {}),
      ...(problem.missing ? {} : { problem: problem.what }),
      ...choicesFor(spec, snapshot),
    },
  };
};
